import ArrowUpRight from "lucide-solid/icons/arrow-up-right";
import AtSign from "lucide-solid/icons/at-sign";
import Banknote from "lucide-solid/icons/banknote";
import Calendar from "lucide-solid/icons/calendar";
import CalendarClock from "lucide-solid/icons/calendar-clock";
import CalendarPlus from "lucide-solid/icons/calendar-plus";
import CircleChevronDown from "lucide-solid/icons/circle-chevron-down";
import Globe from "lucide-solid/icons/globe";
import Hash from "lucide-solid/icons/hash";
import Clock from "lucide-solid/icons/clock";
import Percent from "lucide-solid/icons/percent";
import Phone from "lucide-solid/icons/phone";
import SquareCheck from "lucide-solid/icons/square-check";
import Tags from "lucide-solid/icons/tags";
import Text from "lucide-solid/icons/text-align-start";
import Type from "lucide-solid/icons/type";
import User from "lucide-solid/icons/user";
import UserPen from "lucide-solid/icons/user-pen";
import UserPlus from "lucide-solid/icons/user-plus";
import type { FieldType } from "@gridfolk/core/field/field";
import type { Icon } from "../ui/button.tsx";

export const fieldIcons: { readonly [type in FieldType]: Icon } = {
  text: Type,
  longText: Text,
  number: Hash,
  currency: Banknote,
  percent: Percent,
  date: Calendar,
  dateTime: CalendarClock,
  checkbox: SquareCheck,
  choice: CircleChevronDown,
  multiChoice: Tags,
  email: AtSign,
  phone: Phone,
  url: Globe,
  user: User,
  link: ArrowUpRight,
  createdAt: CalendarPlus,
  createdBy: UserPlus,
  updatedAt: Clock,
  updatedBy: UserPen,
};
