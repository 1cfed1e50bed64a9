// What the npm package gift-pegjs reads in a GIFT file (standard input), as JSON.
import { readFileSync } from "node:fs";
import parser from "gift-pegjs";

process.stdout.write(JSON.stringify(parser.parse(readFileSync(0, "utf8"))));
