import styles from "./skeleton.module.css";

export interface SkeletonProps {
  width?: string;
  height?: string;
}

/** Holds the place of what is still loading; appears after 150 ms. */
export function Skeleton(props: SkeletonProps) {
  return (
    <span
      class={styles.root}
      aria-hidden="true"
      style={{
        ...(props.width === undefined ? {} : { "inline-size": props.width }),
        ...(props.height === undefined ? {} : { "block-size": props.height }),
      }}
    />
  );
}
