export default function setup(): void {
  /* filled in by the lab */
}
