// Programs of the survey suite repeat a unit of work: from a function that does it and tells whether its
// result is right to the function that the harness expects.
'use strict';

module.exports = (isRight) => (inner) => {
  for (let i = 0; i < inner; i++) {
    if (!isRight()) return false;
  }
  return true;
};
