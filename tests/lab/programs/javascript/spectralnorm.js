// The spectral norm of an infinite matrix, cut to size and approximated by the power method.
'use strict';

const EXPECTED = new Map([[1, 1.0], [10, 1.2718440192507248], [20, 1.2738398405412965],
  [50, 1.2741938369830932], [100, 1.2742199912349306], [200, 1.2742236013532107],
  [300, 1.2742239856297708]]);

function element(i, j) {
  return 1.0 / (Math.floor((i + j) * (i + j + 1) / 2) + i + 1);
}

function transposed(i, j) {
  return element(j, i);
}

function multiply(source, destination, at) {
  for (let i = 0; i < source.length; i++) {
    let sum = 0.0;
    for (let j = 0; j < source.length; j++) sum += at(i, j) * source[j];
    destination[i] = sum;
  }
}

function multiplyAtA(source, destination) {
  const product = new Array(source.length).fill(0.0);
  multiply(source, product, element);
  multiply(product, destination, transposed);
}

module.exports = (inner) => {
  const u = new Array(inner).fill(1.0);
  const v = new Array(inner).fill(0.0);
  for (let i = 0; i < 10; i++) {
    multiplyAtA(u, v);
    multiplyAtA(v, u);
  }
  let vbv = 0.0, vv = 0.0;
  for (let i = 0; i < inner; i++) {
    vbv += u[i] * v[i];
    vv += v[i] * v[i];
  }
  const norm = Math.sqrt(vbv / vv);
  return !EXPECTED.has(inner) || Math.abs(norm - EXPECTED.get(inner)) <= 1e-15;
};
