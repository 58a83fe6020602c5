// Recognises the loops of a large synthetic control flow graph with Havlak's algorithm. The inner value is the
// number of runs on a small graph before the 51 runs on the large one.
'use strict';

const {Vector, IdentitySet, IdentityDictionary} = require('./core');

class BasicBlock {
  constructor(name) {
    this.inEdges = new Vector();
    this.outEdges = new Vector();
    this.name = name;
  }

  customHash() { return this.name; }
  numPred() { return this.inEdges.size(); }
  addInEdge(block) { this.inEdges.append(block); }
  addOutEdge(block) { this.outEdges.append(block); }
}

// Enters itself into the graph and both its blocks.
class BasicBlockEdge {
  constructor(cfg, fromName, toName) {
    this.from = cfg.createNode(fromName);
    this.to = cfg.createNode(toName);
    this.from.addOutEdge(this.to);
    this.to.addInEdge(this.from);
    cfg.addEdge(this);
  }
}

class ControlFlowGraph {
  constructor() {
    this.basicBlockMap = new Vector();
    this.startNode = null;
    this.edgeList = new Vector();
  }

  // The block with this number, made if necessary. The first one is the start.
  createNode(name) {
    let node = this.basicBlockMap.at(name);
    if (node === null) {
      node = new BasicBlock(name);
      this.basicBlockMap.atPut(name, node);
    }
    if (this.numNodes() === 1) this.startNode = node;
    return node;
  }

  addEdge(edge) { this.edgeList.append(edge); }
  numNodes() { return this.basicBlockMap.size(); }
}

class SimpleLoop {
  constructor(block, isReducible) {
    this.counter = 0;
    this.depthLevel = 0;
    this.parent = null;
    this.isRoot = false;
    this.nestingLevel = 0;
    this.header = block;
    this.isReducible = isReducible;
    this.basicBlocks = new IdentitySet();
    this.children = new IdentitySet();
    if (block !== null) this.basicBlocks.add(block);
  }

  // The outermost loop is the root.
  setNestingLevel(level) {
    this.nestingLevel = level;
    if (level === 0) this.isRoot = true;
  }

  setParent(loop) {
    this.parent = loop;
    loop.addChild(this);
  }

  addChild(loop) { this.children.add(loop); }
  addNode(block) { this.basicBlocks.add(block); }
}

// The loops found, under an artificial root loop.
class LoopStructureGraph {
  constructor() {
    this.loops = new Vector();
    this.loopCounter = 0;
    this.root = this.createLoop(null, true);
    this.root.setNestingLevel(0);
  }

  createLoop(block, isReducible) {
    const loop = new SimpleLoop(block, isReducible);
    loop.counter = this.loopCounter++;
    this.loops.append(loop);
    return loop;
  }

  // Loops without a surrounding loop belong to the root.
  calculateNestingLevel() {
    this.loops.forEach((loop) => {
      if (!loop.isRoot && loop.parent === null) loop.setParent(this.root);
    });
    this.calculateNestingLevelOf(this.root, 0);
  }

  calculateNestingLevelOf(loop, depth) {
    loop.depthLevel = depth;
    loop.children.forEach((child) => {
      this.calculateNestingLevelOf(child, depth + 1);
      loop.setNestingLevel(Math.max(loop.nestingLevel, 1 + child.nestingLevel));
    });
  }

  numLoops() { return this.loops.size(); }
}

// A member of a union-find forest: a node that is its own parent represents its set.
class UnionFindNode {
  constructor() {
    this.parent = null;
    this.bb = null;
    this.dfsNumber = 0;
    this.loop = null;
  }

  initNode(block, number) {
    this.parent = this;
    this.bb = block;
    this.dfsNumber = number;
  }

  union(node) { this.parent = node; }

  // The representative of the set. Nodes on the way then point at the receiver's parent, as published.
  findSet() {
    const onTheWay = new Vector();
    let node = this;
    while (node !== node.parent) {
      if (node.parent !== node.parent.parent) onTheWay.append(node);
      node = node.parent;
    }
    onTheWay.forEach((each) => each.union(this.parent));
    return node;
  }
}

const UNVISITED = 2147483647;
const MAX_NON_BACK_PREDS = 32768;

// One instance for one run. Blocks are identified by their number in depth-first order.
class HavlakLoopFinder {
  constructor(cfg, lsg) {
    this.cfg = cfg;
    this.lsg = lsg;
    this.nonBackPreds = new Vector();
    this.backPreds = new Vector();
    this.number = new IdentityDictionary();
    this.maxSize = 0;
    this.header = null;
    this.type = null;
    this.last = null;
    this.nodes = null;
  }

  findLoops() {
    if (this.cfg.startNode === null) return;
    const size = this.cfg.numNodes();
    this.prepare(size);
    this.numberAllNodes();
    this.identifyEdges(size);
    this.header[0] = 0;
    for (let w = size - 1; w >= 0; w--) {
      const block = this.nodes[w].bb;
      if (block !== null && !this.findLoopWithHeader(w, block)) return;
    }
  }

  prepare(size) {
    this.nonBackPreds.removeAll();
    this.backPreds.removeAll();
    this.number.removeAll();
    if (size > this.maxSize) {
      this.header = new Array(size);
      this.type = new Array(size);
      this.last = new Array(size);
      this.nodes = new Array(size);
      this.maxSize = size;
    }
    for (let i = 0; i < size; i++) {
      // Numbers are identical when they are equal.
      this.nonBackPreds.append(new IdentitySet());
      this.backPreds.append(new Vector());
      this.nodes[i] = new UnionFindNode();
    }
  }

  numberAllNodes() {
    this.cfg.basicBlockMap.forEach((block) => this.number.atPut(block, UNVISITED));
    this.depthFirst(this.cfg.startNode, 0);
  }

  // Numbers the block and all reachable unnumbered ones; the highest number given.
  depthFirst(block, current) {
    this.nodes[current].initNode(block, current);
    this.number.atPut(block, current);
    let lastId = current;
    const successors = block.outEdges;
    for (let i = 0; i < successors.size(); i++) {
      const target = successors.at(i);
      if (this.number.at(target) === UNVISITED) lastId = this.depthFirst(target, lastId + 1);
    }
    this.last[current] = lastId;
    return lastId;
  }

  // Whether v was numbered from w on.
  isAncestor(w, v) { return w <= v && v <= this.last[w]; }

  // Splits the predecessors of each node into those that close a cycle and the others.
  identifyEdges(size) {
    for (let w = 0; w < size; w++) {
      this.header[w] = 0;
      this.type[w] = 'BBNonHeader';
      const block = this.nodes[w].bb;
      if (block === null) this.type[w] = 'BBDead';
      else this.identifyEdgesOf(block, w);
    }
  }

  identifyEdgesOf(block, w) {
    if (block.numPred() === 0) return;
    block.inEdges.forEach((predecessor) => {
      const v = this.number.at(predecessor);
      if (v === UNVISITED) return;
      if (this.isAncestor(w, v)) this.backPreds.at(w).append(v);
      else this.nonBackPreds.at(w).add(v);
    });
  }

  // False when a node has so many predecessors that the search must be given up.
  findLoopWithHeader(w, block) {
    const pool = new Vector();
    this.collectBackPreds(w, pool);
    const workList = new Vector();
    pool.forEach((node) => workList.append(node));
    if (!pool.isEmpty()) this.type[w] = 'BBReducible';

    while (!workList.isEmpty()) {
      const node = workList.removeFirst();
      if (this.nonBackPreds.at(node.dfsNumber).size() > MAX_NON_BACK_PREDS) return false;
      this.followNonBackPreds(node, w, pool, workList);
    }

    if (!pool.isEmpty() || this.type[w] === 'BBSelf') this.createLoop(block, w, pool);
    return true;
  }

  collectBackPreds(w, pool) {
    this.backPreds.at(w).forEach((v) => {
      if (v === w) this.type[w] = 'BBSelf';
      else pool.append(this.nodes[v].findSet());
    });
  }

  // Entering the loop past its header makes it irreducible.
  followNonBackPreds(node, w, pool, workList) {
    this.nonBackPreds.at(node.dfsNumber).forEach((each) => {
      const representative = this.nodes[each].findSet();
      if (!this.isAncestor(w, representative.dfsNumber)) {
        this.type[w] = 'BBIrreducible';
        this.nonBackPreds.at(w).add(representative.dfsNumber);
      } else if (representative.dfsNumber !== w) {
        if (!pool.hasSome((pooled) => pooled === representative)) {
          workList.append(representative);
          pool.append(representative);
        }
      }
    });
  }

  // Collapses the pool into the header's node. Inner loops are linked, not their blocks added.
  createLoop(block, w, pool) {
    const loop = this.lsg.createLoop(block, this.type[w] !== 'BBIrreducible');
    this.nodes[w].loop = loop;
    pool.forEach((node) => {
      this.header[node.dfsNumber] = w;
      node.union(this.nodes[w]);
      if (node.loop === null) loop.addNode(node.bb);
      else node.loop.setParent(loop);
    });
  }
}

// Builds the graphs and runs the loop finder on them. The build methods return the number of the last node.
class LoopTesterApp {
  constructor() {
    this.cfg = new ControlFlowGraph();
    this.lsg = new LoopStructureGraph();
    this.cfg.createNode(0);
  }

  main(dummyRuns, runs, outer, middle, inner) {
    this.buildSmallGraph();
    for (let i = 0; i < dummyRuns; i++) this.findLoops(this.lsg);
    this.buildLargeGraph(outer, middle, inner);
    this.findLoops(this.lsg);
    for (let i = 0; i < runs; i++) this.findLoops(new LoopStructureGraph());
    this.lsg.calculateNestingLevel();
    return [this.lsg.numLoops(), this.cfg.numNodes()];
  }

  findLoops(lsg) { new HavlakLoopFinder(this.cfg, lsg).findLoops(); }

  buildSmallGraph() {
    this.cfg.createNode(0);
    this.buildBaseLoop(0);
    this.cfg.createNode(1);
    this.edge(0, 2);
  }

  buildLargeGraph(outer, middle, inner) {
    let n = 2;
    for (let i = 0; i < outer; i++) {
      this.cfg.createNode(n + 1);
      this.edge(1, n + 1);
      n++;
      for (let j = 0; j < middle; j++) {
        const top = n;
        n = this.buildStraight(n, 1);
        for (let k = 0; k < inner; k++) n = this.buildBaseLoop(n);
        const bottom = this.buildStraight(n, 1);
        this.edge(n, top);
        n = bottom;
      }
      this.edge(n, 0);
    }
  }

  edge(from, to) { new BasicBlockEdge(this.cfg, from, to); }

  buildDiamond(start) {
    this.edge(start, start + 1);
    this.edge(start, start + 2);
    this.edge(start + 1, start + 3);
    this.edge(start + 2, start + 3);
    return start + 3;
  }

  buildStraight(start, length) {
    for (let i = 0; i < length; i++) this.edge(start + i, start + i + 1);
    return start + length;
  }

  // Two diamonds, a loop around the second, one around both and one around everything.
  buildBaseLoop(from) {
    const header = this.buildStraight(from, 1);
    const diamond1 = this.buildDiamond(header);
    const body = this.buildStraight(diamond1, 1);
    const diamond2 = this.buildDiamond(body);
    const footer = this.buildStraight(diamond2, 1);
    this.edge(diamond2, body);
    this.edge(diamond1, header);
    this.edge(footer, from);
    return this.buildStraight(footer, 1);
  }
}

const LOOPS = {1: 1605, 15: 1647, 150: 2052, 1500: 6102, 15000: 46602};

module.exports = (dummyRuns) => {
  const [loops, nodes] = new LoopTesterApp().main(dummyRuns, 50, 10, 10, 5);
  return nodes === 5213 && loops === LOOPS[dummyRuns];
};
