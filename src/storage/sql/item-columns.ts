/** What a new description of an item replaces: all but its key and when it was first met. */
export const describedColumns = [
  "title",
  "description",
  "categories",
  "brand",
  "price",
  "currency",
  "stock",
  "available",
  "url",
  "image_url",
  "attributes",
  "released_at",
  "source",
] as const;
