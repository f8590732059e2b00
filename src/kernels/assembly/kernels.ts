export { alsRows, gramParts } from "./als";
export { denseMirror, densePanel, densePivot, denseUpdate } from "./dense";
export { productRows } from "./product-rows";
export { solveRows } from "./solve-rows";
