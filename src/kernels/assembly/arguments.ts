/** The k-th whole number or address of the job. */
export function word(args: usize, k: i32): i32 {
  return load<i32>(args + ((<usize>k) << 2));
}

export function address(args: usize, k: i32): usize {
  return load<usize>(args + ((<usize>k) << 2));
}

/** The k-th double of the job. */
export function double(args: usize, k: i32): f64 {
  return load<f64>(args + 128 + ((<usize>k) << 3));
}
