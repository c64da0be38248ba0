import { For, type JSX } from "solid-js";
import { Logo } from "../app/logo.tsx";
import { Avatar } from "../ui/avatar.tsx";
import { Chip } from "../ui/chip.tsx";
import styles from "./welcome.module.css";

export interface WelcomePageProps {
  title: string;
  lead?: JSX.Element;
  children: JSX.Element;
  footer?: JSX.Element;
}

/** Around sign-up, sign-in, invitation and reset: the form, and beside it what it leads to. */
export function WelcomePage(props: WelcomePageProps) {
  return (
    <div class={styles.root}>
      <div class={styles.side}>
        <header>
          <a class={styles.brand} href="/">
            <Logo size={28} />
            Gridfolk
          </a>
        </header>
        <main class={styles.middle}>
          <h1>{props.title}</h1>
          {props.lead && <p class={styles.lead}>{props.lead}</p>}
          {props.children}
          {props.footer && <p class={styles.foot}>{props.footer}</p>}
        </main>
      </div>
      <Picture />
    </div>
  );
}

const rows = [
  ["Amara Okafor", "Northwind Bakery", "Qualified", "amber", "4,200.00", "12 Mar"],
  ["Jonas Lindqvist", "Fjell Outdoor", "Proposal", "blue", "18,950.00", "3 Apr"],
  ["Priya Raman", "Sundar Textiles", "Won", "green", "7,480.00", "28 Feb"],
  ["Mateo Álvarez", "Casa Verde", "New", "gray", "1,150.00", "19 May"],
  ["Hannah Weiss", "Weiss & Töchter", "Proposal", "blue", "26,300.00", "9 Apr"],
  ["Daniel Kim", "Harbor Dental", "Qualified", "amber", "3,900.00", "22 Mar"],
  ["Léa Fontaine", "Atelier Fontaine", "Won", "green", "12,640.00", "14 Feb"],
  ["Tom Brannigan", "Brannigan Roofing", "New", "gray", "9,075.00", "30 May"],
] as const;

/** What a workspace looks like, for the eyes only. */
function Picture() {
  return (
    <div class={styles.picture} aria-hidden="true">
      <div class={styles.window}>
        <div class={styles.bar}>
          <span>Deals</span>
          <span>Mine</span>
          <span>Closing this month</span>
          <span>
            <Avatar name="Grace Hopper" id="a" color="person-6" size={22} />
            <Avatar name="Ben Adler" id="b" color="person-1" size={22} />
            <Avatar name="Mia Tan" id="c" color="person-4" size={22} />
          </span>
        </div>
        <table class={styles.table}>
          <thead>
            <tr>
              <th />
              <th>Contact</th>
              <th>Company</th>
              <th>Stage</th>
              <th>Value</th>
              <th>Closes</th>
            </tr>
          </thead>
          <tbody>
            <For each={rows}>
              {([contact, company, stage, color, value, closes], index) => (
                <tr>
                  <td>{index() + 1}</td>
                  <td>{contact}</td>
                  <td>{company}</td>
                  <td data-person={index() === 4 ? "Grace" : undefined}>
                    <Chip text={stage} color={color} />
                  </td>
                  <td data-number="">{value}</td>
                  <td data-number="">{closes}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
    </div>
  );
}
