// The seed's products and personas in the shape of the demo shop's API.
import { readFileSync } from "node:fs";

const seed = (name) => JSON.parse(readFileSync(new URL(`../../../crm_store/seed/data/${name}.json`, import.meta.url), "utf8"));
const categories = seed("categories");

export const PRODUCTS = seed("products").map(({ sku, name, name_bn, category, taka, stock }) => ({
  id: sku,
  name,
  name_bn,
  category: categories[category].name,
  category_bn: categories[category].name_bn,
  price: taka * 100,
  currency: "BDT",
  stock,
}));

export const PERSONAS = seed("personas").map(({ ref, name, name_bn, story, story_bn }) => ({ ref, name, name_bn, story, story_bn }));
