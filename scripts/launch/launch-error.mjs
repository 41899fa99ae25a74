/** Something that keeps Tidegate from starting and that the person at the terminal can change. */
export class LaunchError extends Error {
  /**
   * @param {string} problem what is wrong, and where
   * @param {string} remedy what to do about it
   */
  constructor(problem, remedy) {
    super(`${problem} ${remedy}`);
    this.name = 'LaunchError';
  }
}
