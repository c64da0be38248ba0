import icon from "./icon.svg";

/** The mark; the name stands beside it in text. */
export function Logo(props: { size: number }) {
  return <img src={icon} width={props.size} height={props.size} alt="" />;
}
