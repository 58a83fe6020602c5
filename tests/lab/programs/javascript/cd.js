// Detects collisions of simulated aircraft over 200 frames; the inner value is the number of aircraft.
'use strict';

const {Vector} = require('./core');

const MIN_X = 0;
const MIN_Y = 0;
const MAX_X = 1000;
const MAX_Y = 1000;
const MIN_Z = 0;
const MAX_Z = 10;
const PROXIMITY_RADIUS = 1;
const GOOD_VOXEL_SIZE = 2;

// A NaN comes before all other numbers.
function compareNumbers(a, b) {
  if (a === b) return 0;
  if (a < b) return -1;
  if (a > b) return 1;
  return a === a ? 1 : -1;
}

// Immutable, ordered by x and then by y.
class Vector2D {
  constructor(x, y) {
    this.x = x;
    this.y = y;
  }

  plus(other) { return new Vector2D(this.x + other.x, this.y + other.y); }
  minus(other) { return new Vector2D(this.x - other.x, this.y - other.y); }

  compareTo(other) {
    const result = compareNumbers(this.x, other.x);
    return result !== 0 ? result : compareNumbers(this.y, other.y);
  }
}

const HORIZONTAL = new Vector2D(GOOD_VOXEL_SIZE, 0);
const VERTICAL = new Vector2D(0, GOOD_VOXEL_SIZE);

class Vector3D {
  constructor(x, y, z) {
    this.x = x;
    this.y = y;
    this.z = z;
  }

  plus(other) { return new Vector3D(this.x + other.x, this.y + other.y, this.z + other.z); }
  minus(other) { return new Vector3D(this.x - other.x, this.y - other.y, this.z - other.z); }
  dot(other) { return this.x * other.x + this.y * other.y + this.z * other.z; }
  squaredMagnitude() { return this.dot(this); }
  magnitude() { return Math.sqrt(this.squaredMagnitude()); }
  times(factor) { return new Vector3D(this.x * factor, this.y * factor, this.z * factor); }
}

class CallSign {
  constructor(value) {
    this.value = value;
  }

  compareTo(other) { return this.value === other.value ? 0 : this.value < other.value ? -1 : 1; }
}

class Aircraft {
  constructor(callsign, position) {
    this.callsign = callsign;
    this.position = position;
  }
}

class Collision {
  constructor(aircraftA, aircraftB, position) {
    this.aircraftA = aircraftA;
    this.aircraftB = aircraftB;
    this.position = position;
  }
}

const RED = 'red';
const BLACK = 'black';

class Node {
  constructor(key, value) {
    this.key = key;
    this.value = value;
    this.left = null;
    this.right = null;
    this.parent = null;
    this.color = RED;
  }

  successor() {
    if (this.right !== null) return this.right.minimum();
    let child = this;
    let ancestor = this.parent;
    while (ancestor !== null && child === ancestor.right) {
      child = ancestor;
      ancestor = ancestor.parent;
    }
    return ancestor;
  }

  minimum() {
    let node = this;
    while (node.left !== null) node = node.left;
    return node;
  }
}

class InsertResult {
  constructor(isNewEntry, newNode, oldValue) {
    this.isNewEntry = isNewEntry;
    this.newNode = newNode;
    this.oldValue = oldValue;
  }
}

class RbtEntry {
  constructor(key, value) {
    this.key = key;
    this.value = value;
  }
}

const isBlack = (node) => node === null || node.color === BLACK;

// A balanced search tree with parent links; a missing child counts as a black node.
class RedBlackTree {
  constructor() {
    this.root = null;
  }

  // The value that was replaced, null for a new key.
  atPut(key, value) {
    const insertion = this.treeInsert(key, value);
    if (!insertion.isNewEntry) return insertion.oldValue;
    let node = insertion.newNode;
    while (node !== this.root && node.parent.color === RED) {
      node = node.parent === node.parent.parent.left ? this.rebalanceLeftInsertion(node) :
          this.rebalanceRightInsertion(node);
    }
    this.root.color = BLACK;
    return null;
  }

  // The parent is red and a left child. The node where the next conflict may be.
  rebalanceLeftInsertion(inserted) {
    let node = inserted;
    const uncle = node.parent.parent.right;
    if (uncle !== null && uncle.color === RED) {
      node.parent.color = BLACK;
      uncle.color = BLACK;
      node.parent.parent.color = RED;
      return node.parent.parent;
    }
    if (node === node.parent.right) {
      node = node.parent;
      this.leftRotate(node);
    }
    node.parent.color = BLACK;
    const grandparent = node.parent.parent;
    grandparent.color = RED;
    this.rightRotate(grandparent);
    return node;
  }

  rebalanceRightInsertion(inserted) {
    let node = inserted;
    const uncle = node.parent.parent.left;
    if (uncle !== null && uncle.color === RED) {
      node.parent.color = BLACK;
      uncle.color = BLACK;
      node.parent.parent.color = RED;
      return node.parent.parent;
    }
    if (node === node.parent.left) {
      node = node.parent;
      this.rightRotate(node);
    }
    node.parent.color = BLACK;
    const grandparent = node.parent.parent;
    grandparent.color = RED;
    this.leftRotate(grandparent);
    return node;
  }

  // Without regard to balance.
  treeInsert(key, value) {
    let parent = null;
    let node = this.root;
    while (node !== null) {
      parent = node;
      const order = key.compareTo(node.key);
      if (order < 0) {
        node = node.left;
      } else if (order > 0) {
        node = node.right;
      } else {
        const oldValue = node.value;
        node.value = value;
        return new InsertResult(false, null, oldValue);
      }
    }
    const newNode = new Node(key, value);
    newNode.parent = parent;
    if (parent === null) this.root = newNode;
    else if (key.compareTo(parent.key) < 0) parent.left = newNode;
    else parent.right = newNode;
    return new InsertResult(true, newNode, null);
  }

  at(key) {
    const node = this.findNode(key);
    return node === null ? null : node.value;
  }

  findNode(key) {
    let node = this.root;
    while (node !== null) {
      const order = key.compareTo(node.key);
      if (order === 0) return node;
      node = order < 0 ? node.left : node.right;
    }
    return null;
  }

  forEach(block) {
    if (this.root === null) return;
    for (let node = this.root.minimum(); node !== null; node = node.successor()) {
      block(new RbtEntry(node.key, node.value));
    }
  }

  // A node with two children is unlinked by unlinking its successor and moving that into its place.
  remove(key) {
    const node = this.findNode(key);
    if (node === null) return null;
    const unlinked = node.left === null || node.right === null ? node : node.successor();
    const child = unlinked.left === null ? unlinked.right : unlinked.left;
    const childParent = unlinked.parent;
    if (child !== null) child.parent = childParent;
    this.replace(unlinked, childParent, child);
    if (unlinked.color === BLACK) this.rebalanceRemoval(child, childParent);
    if (unlinked !== node) this.move(unlinked, node);
    return node.value;
  }

  replace(child, parent, newChild) {
    if (parent === null) this.root = newChild;
    else if (child === parent.left) parent.left = newChild;
    else parent.right = newChild;
  }

  move(node, old) {
    node.parent = old.parent;
    node.color = old.color;
    node.left = old.left;
    node.right = old.right;
    if (node.left !== null) node.left.parent = node;
    if (node.right !== null) node.right.parent = node;
    this.replace(old, old.parent, node);
  }

  // The paths through the node, which may be null, lack one black node.
  rebalanceRemoval(lacking, under) {
    let node = lacking;
    let parent = under;
    while (node !== this.root && isBlack(node)) {
      node = node === parent.left ? this.rebalanceLeftRemoval(parent) :
          this.rebalanceRightRemoval(parent);
      if (node !== null) parent = node.parent;
    }
    if (node !== null) node.color = BLACK;
  }

  // The node that lacks a black node next, or the root when all is balanced.
  rebalanceLeftRemoval(parent) {
    let sibling = parent.right;
    if (sibling.color === RED) {
      sibling.color = BLACK;
      parent.color = RED;
      this.leftRotate(parent);
      sibling = parent.right;
    }
    if (isBlack(sibling.left) && isBlack(sibling.right)) {
      sibling.color = RED;
      return parent;
    }
    if (isBlack(sibling.right)) {
      sibling.left.color = BLACK;
      sibling.color = RED;
      this.rightRotate(sibling);
      sibling = parent.right;
    }
    sibling.color = parent.color;
    parent.color = BLACK;
    sibling.right.color = BLACK;
    this.leftRotate(parent);
    return this.root;
  }

  rebalanceRightRemoval(parent) {
    let sibling = parent.left;
    if (sibling.color === RED) {
      sibling.color = BLACK;
      parent.color = RED;
      this.rightRotate(parent);
      sibling = parent.left;
    }
    if (isBlack(sibling.left) && isBlack(sibling.right)) {
      sibling.color = RED;
      return parent;
    }
    if (isBlack(sibling.left)) {
      sibling.right.color = BLACK;
      sibling.color = RED;
      this.leftRotate(sibling);
      sibling = parent.left;
    }
    sibling.color = parent.color;
    parent.color = BLACK;
    sibling.left.color = BLACK;
    this.rightRotate(parent);
    return this.root;
  }

  leftRotate(node) {
    const child = node.right;
    node.right = child.left;
    if (child.left !== null) child.left.parent = node;
    child.parent = node.parent;
    this.replace(node, node.parent, child);
    child.left = node;
    node.parent = child;
  }

  rightRotate(node) {
    const child = node.left;
    node.left = child.right;
    if (child.right !== null) child.right.parent = node;
    child.parent = node.parent;
    this.replace(node, node.parent, child);
    child.right = node;
    node.parent = child;
  }
}

// The straight movement of an aircraft during one frame, at constant speed.
class Motion {
  constructor(callsign, posOne, posTwo) {
    this.callsign = callsign;
    this.posOne = posOne;
    this.posTwo = posTwo;
  }

  delta() { return this.posTwo.minus(this.posOne); }

  // The place where the two come closer than the proximity radius, or null.
  findIntersection(other) {
    const init1 = this.posOne;
    const init2 = other.posOne;
    const vec1 = this.delta();
    const vec2 = other.delta();
    const a = vec2.minus(vec1).squaredMagnitude();
    if (a !== 0) {
      // The squared distance is a quadratic function of time; the times at which it is the squared
      // radius are its roots.
      const b = 2 * init1.minus(init2).dot(vec1.minus(vec2));
      const c = -PROXIMITY_RADIUS * PROXIMITY_RADIUS + init2.minus(init1).squaredMagnitude();
      const discriminant = b * b - 4 * a * c;
      if (discriminant < 0) return null;
      const root = Math.sqrt(discriminant);
      const time1 = (0 - b - root) / (2 * a);
      const time2 = (0 - b + root) / (2 * a);
      if (time1 <= time2 && this.isWithinFrame(time1, time2)) {
        const time = time1 <= 0 ? 0 : time1;
        const meeting = init1.plus(vec1.times(time)).plus(init2.plus(vec2.times(time))).times(0.5);
        if (this.isInSpace(meeting)) return meeting;
      }
      return null;
    }
    // Equal velocities: the distance never changes.
    if (init2.minus(init1).magnitude() <= PROXIMITY_RADIUS) return init1.plus(init2).times(0.5);
    return null;
  }

  isWithinFrame(start, end) {
    return (start <= 1 && 1 <= end) || (start <= 0 && 0 <= end) || (0 <= start && end <= 1);
  }

  isInSpace(place) {
    return place.x >= MIN_X && place.x <= MAX_X && place.y >= MIN_Y && place.y <= MAX_Y &&
        place.z >= MIN_Z && place.z <= MAX_Z;
  }
}

// Motions are sorted into the voxels of a grid they touch; only those that share a voxel are compared exactly.
class CollisionDetector {
  constructor() {
    this.state = new RedBlackTree();
  }

  handleNewFrame(frame) {
    const motions = new Vector();
    const seen = new RedBlackTree();
    frame.forEach((aircraft) => {
      const newPosition = aircraft.position;
      const oldPosition = this.state.atPut(aircraft.callsign, newPosition);
      seen.atPut(aircraft.callsign, true);
      // A new aircraft has not moved yet.
      motions.append(new Motion(aircraft.callsign, oldPosition ?? newPosition, newPosition));
    });
    this.forgetAllBut(seen);

    const collisions = new Vector();
    this.reduceCollisionSet(motions).forEach((sharing) => this.addCollisions(sharing, collisions));
    return collisions;
  }

  forgetAllBut(seen) {
    const gone = new Vector();
    this.state.forEach((entry) => {
      if (seen.at(entry.key) === null) gone.append(entry.key);
    });
    gone.forEach((callsign) => this.state.remove(callsign));
  }

  addCollisions(motions, collisions) {
    for (let i = 0; i < motions.size(); i++) {
      const motion1 = motions.at(i);
      for (let j = i + 1; j < motions.size(); j++) {
        const motion2 = motions.at(j);
        const place = motion1.findIntersection(motion2);
        if (place !== null) {
          collisions.append(new Collision(motion1.callsign, motion2.callsign, place));
        }
      }
    }
  }

  // The motions of each voxel that more than one motion touches.
  reduceCollisionSet(motions) {
    const voxelMap = new RedBlackTree();
    motions.forEach((motion) => this.draw(motion, voxelMap));
    const result = new Vector();
    voxelMap.forEach((entry) => {
      if (entry.value.size() > 1) result.append(entry.value);
    });
    return result;
  }

  draw(motion, voxelMap) {
    this.recurse(voxelMap, new RedBlackTree(), this.voxelOf(motion.posOne), motion);
  }

  voxelOf(position) {
    return new Vector2D(this.voxelCoordinate(position.x), this.voxelCoordinate(position.y));
  }

  // The lower end of the voxel with this coordinate.
  voxelCoordinate(coordinate) {
    const corner = GOOD_VOXEL_SIZE * Math.trunc(coordinate / GOOD_VOXEL_SIZE);
    return coordinate < 0 ? corner - GOOD_VOXEL_SIZE : corner;
  }

  // Enters the motion at the voxel and at all further ones it touches.
  recurse(voxelMap, seen, voxel, motion) {
    if (!this.isInVoxel(motion, voxel)) return;
    if (seen.atPut(voxel, true) === true) return;
    this.put(motion, voxel, voxelMap);
    this.recurse(voxelMap, seen, voxel.minus(HORIZONTAL), motion);
    this.recurse(voxelMap, seen, voxel.plus(HORIZONTAL), motion);
    this.recurse(voxelMap, seen, voxel.minus(VERTICAL), motion);
    this.recurse(voxelMap, seen, voxel.plus(VERTICAL), motion);
    this.recurse(voxelMap, seen, voxel.minus(HORIZONTAL).minus(VERTICAL), motion);
    this.recurse(voxelMap, seen, voxel.minus(HORIZONTAL).plus(VERTICAL), motion);
    this.recurse(voxelMap, seen, voxel.plus(HORIZONTAL).minus(VERTICAL), motion);
    this.recurse(voxelMap, seen, voxel.plus(HORIZONTAL).plus(VERTICAL), motion);
  }

  put(motion, voxel, voxelMap) {
    let motions = voxelMap.at(voxel);
    if (motions === null) {
      motions = new Vector();
      voxelMap.atPut(voxel, motions);
    }
    motions.append(motion);
  }

  // An aircraft that keeps a coordinate makes the bounds of that axis infinite or NaN.
  isInVoxel(motion, voxel) {
    if (voxel.x > MAX_X || voxel.x < MIN_X || voxel.y > MAX_Y || voxel.y < MIN_Y) return false;
    const init = motion.posOne;
    const fin = motion.posTwo;
    const size = GOOD_VOXEL_SIZE;
    const radius = PROXIMITY_RADIUS / 2;
    const cornerX = voxel.x;
    const startX = init.x;
    const extentX = fin.x - init.x;
    const cornerY = voxel.y;
    const startY = init.y;
    const extentY = fin.y - init.y;

    let lowX = (cornerX - radius - startX) / extentX;
    let highX = (cornerX + size + radius - startX) / extentX;
    if (extentX < 0) {
      const swap = lowX;
      lowX = highX;
      highX = swap;
    }
    let lowY = (cornerY - radius - startY) / extentY;
    let highY = (cornerY + size + radius - startY) / extentY;
    if (extentY < 0) {
      const swap = lowY;
      lowY = highY;
      highY = swap;
    }

    return ((extentX === 0 && cornerX <= startX + radius && startX - radius <= cornerX + size) ||
            (lowX <= 1 && 1 <= highX) || (lowX <= 0 && 0 <= highX) || (0 <= lowX && highX <= 1)) &&
        ((extentY === 0 && cornerY <= startY + radius && startY - radius <= cornerY + size) ||
         (lowY <= 1 && 1 <= highY) || (lowY <= 0 && 0 <= highY) || (0 <= lowY && highY <= 1)) &&
        (extentX === 0 || extentY === 0 || (lowY <= highX && highX <= highY) ||
         (lowY <= lowX && lowX <= highY) || (lowX <= lowY && highY <= highX));
  }
}

// Moves pairs of aircraft along a cosine and a sine curve, so that the two of a pair meet.
class Simulator {
  constructor(count) {
    this.aircrafts = new Vector();
    for (let i = 0; i < count; i++) this.aircrafts.append(new CallSign(i));
  }

  simulate(time) {
    const frame = new Vector();
    for (let i = 0; i < this.aircrafts.size() - 1; i += 2) {
      frame.append(new Aircraft(
          this.aircrafts.at(i), new Vector3D(time, Math.cos(time) * 2 + i * 3, 10)));
      frame.append(new Aircraft(
          this.aircrafts.at(i + 1), new Vector3D(time, Math.sin(time) * 2 + i * 3, 10)));
    }
    return frame;
  }
}

const COLLISIONS = {2: 42, 10: 390, 100: 4305, 200: 8655, 250: 10830, 500: 14484, 1000: 14484};

module.exports = (aircraft) => {
  const simulator = new Simulator(aircraft);
  const detector = new CollisionDetector();
  let collisions = 0;
  for (let i = 0; i < 200; i++) {
    collisions += detector.handleNewFrame(simulator.simulate(i / 10)).size();
  }
  return collisions === COLLISIONS[aircraft];
};
