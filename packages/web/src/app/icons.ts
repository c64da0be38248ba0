import Banknote from "lucide-solid/icons/banknote";
import Box from "lucide-solid/icons/box";
import Briefcase from "lucide-solid/icons/briefcase";
import Building from "lucide-solid/icons/building";
import Calendar from "lucide-solid/icons/calendar";
import CircleCheck from "lucide-solid/icons/circle-check";
import Clipboard from "lucide-solid/icons/clipboard-list";
import FileText from "lucide-solid/icons/file-text";
import Flag from "lucide-solid/icons/flag";
import Folder from "lucide-solid/icons/folder";
import Handshake from "lucide-solid/icons/handshake";
import Heart from "lucide-solid/icons/heart";
import Home from "lucide-solid/icons/house";
import LifeBuoy from "lucide-solid/icons/life-buoy";
import MapPin from "lucide-solid/icons/map-pin";
import Package from "lucide-solid/icons/package";
import Phone from "lucide-solid/icons/phone";
import Receipt from "lucide-solid/icons/receipt";
import ShoppingCart from "lucide-solid/icons/shopping-cart";
import Star from "lucide-solid/icons/star";
import Table from "lucide-solid/icons/table-2";
import Tag from "lucide-solid/icons/tag";
import Truck from "lucide-solid/icons/truck";
import UserRound from "lucide-solid/icons/user-round";
import Users from "lucide-solid/icons/users-round";
import Wrench from "lucide-solid/icons/wrench";
import type { Icon } from "../ui/button.tsx";

/** Icons a sheet may have, by the lucide name stored with it. */
export const sheetIcons: Readonly<Record<string, Icon>> = {
  "table-2": Table,
  "users-round": Users,
  "user-round": UserRound,
  building: Building,
  handshake: Handshake,
  briefcase: Briefcase,
  banknote: Banknote,
  receipt: Receipt,
  "circle-check": CircleCheck,
  "clipboard-list": Clipboard,
  calendar: Calendar,
  phone: Phone,
  package: Package,
  box: Box,
  "shopping-cart": ShoppingCart,
  truck: Truck,
  wrench: Wrench,
  "life-buoy": LifeBuoy,
  "map-pin": MapPin,
  house: Home,
  "file-text": FileText,
  folder: Folder,
  tag: Tag,
  flag: Flag,
  star: Star,
  heart: Heart,
};

const others: Readonly<Record<string, string>> = {
  users: "users-round",
  user: "user-round",
  contact: "users-round",
  "building-2": "building",
  "circle-dollar-sign": "banknote",
};

/** The icon of that name; a table for names this version does not have. */
export function sheetIcon(name: string | undefined): Icon {
  return sheetIcons[name ?? ""] ?? sheetIcons[others[name ?? ""] ?? ""] ?? Table;
}
