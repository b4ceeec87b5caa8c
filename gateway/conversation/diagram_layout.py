"""Layered layout in pure Python: boxes in ranks from top to bottom, lines that pass beside every box."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

GAP_X: Final = 34.0
GAP_Y: Final = 54.0
LANE: Final = 14.0  # width of a line that passes a rank
ROUNDS: Final = 12
MOST_ASIDE: Final = 4  # boxes without a line, a rank

Point = tuple[float, float]
Edge = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a box stands: its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Boxes by name, lines as points by edge (from the first to the second box), edges that lead up, and the size."""

    boxes: Mapping[str, Placed]
    lines: Mapping[Edge, tuple[Point, ...]]
    upward: frozenset[Edge]
    width: float
    height: float


def lay_out(sizes: Mapping[str, Point], edges: Iterable[Edge], start: str) -> Layout:
    """Place boxes of given sizes (width, height); an edge to the box itself is not drawn.

    Boxes that no edge touches stand below the others. No two boxes overlap, and no line crosses a box.
    """
    wanted = sorted({edge for edge in edges if edge[0] != edge[1]})
    upward = _upward(wanted, start, list(sizes))
    downward = {(b, a) if (a, b) in upward else (a, b) for a, b in wanted}
    ranks = _ranks(downward, sizes)
    grid = _Grid(sizes, ranks, downward)
    grid.order()
    grid.align()
    return grid.layout(wanted, upward)


def _upward(edges: Sequence[Edge], start: str, names: Sequence[str]) -> frozenset[Edge]:
    """Return the edges that close a circle, walking from the start."""
    after: dict[str, list[str]] = {name: [] for name in names}
    for a, b in edges:
        after[a].append(b)
    done: set[str] = set()
    found: set[Edge] = set()
    for root in (start, *names):
        if root in done or root not in after:
            continue
        path, waiting = {root}, [(root, iter(after[root]))]
        while waiting:
            name, following = waiting[-1]
            target = next(following, None)
            if target is None:
                waiting.pop()
                path.discard(name)
                done.add(name)
            elif target in path:
                found.add((name, target))
            elif target not in done:
                path.add(target)
                waiting.append((target, iter(after[target])))
    return frozenset(found)


def _ranks(edges: set[Edge], sizes: Mapping[str, Point]) -> dict[str, int]:
    """Return the rank of each box: one below the lowest box that leads to it; boxes without an edge below all."""
    after: dict[str, list[str]] = {name: [] for name in sizes}
    waits = dict.fromkeys(sizes, 0)
    for a, b in edges:
        after[a].append(b)
        waits[b] += 1
    touched = {name for edge in edges for name in edge}
    ranks = {name: 0 for name in sizes if name in touched and not waits[name]}
    ready = list(ranks)
    for name in ready:
        for below in after[name]:
            ranks[below] = max(ranks.get(below, 0), ranks[name] + 1)
            waits[below] -= 1
            if not waits[below]:
                ready.append(below)
    lowest = max(ranks.values(), default=-1) + 1
    for number, name in enumerate(name for name in sizes if name not in touched):
        ranks[name] = lowest + number // MOST_ASIDE
    return ranks


class _Grid:
    """Ranks of cells; a cell is a box, or a lane (a pair of edge and rank) where a line passes a rank."""

    def __init__(self, sizes: Mapping[str, Point], ranks: Mapping[str, int], edges: set[Edge]) -> None:
        self.sizes, self.ranks = sizes, ranks
        self.rows: list[list[object]] = [[] for _ in range(max(ranks.values(), default=0) + 1)]
        self.above: dict[object, list[object]] = {}
        self.below: dict[object, list[object]] = {}
        self.paths: dict[Edge, list[object]] = {}
        for name in sizes:
            self.rows[ranks[name]].append(name)
        for a, b in sorted(edges, key=lambda edge: (ranks[edge[0]], list(sizes).index(edge[1]))):
            lanes: list[object] = [((a, b), rank) for rank in range(ranks[a] + 1, ranks[b])]
            for lane, rank in zip(lanes, range(ranks[a] + 1, ranks[b]), strict=True):
                self.rows[rank].append(lane)
            self.paths[a, b] = [a, *lanes, b]
            for upper, lower in zip(self.paths[a, b], self.paths[a, b][1:], strict=False):
                self.below.setdefault(upper, []).append(lower)
                self.above.setdefault(lower, []).append(upper)
        self.x: dict[object, float] = {}

    def size(self, cell: object) -> Point:
        """Return width and height of a cell."""
        return self.sizes[cell] if isinstance(cell, str) else (LANE, 0.0)

    def order(self) -> None:
        """Order each rank by the mean place of its neighbours, down and up again; keep the order that crosses least."""
        best, fewest = [list(row) for row in self.rows], self._crossings()
        for turn in range(ROUNDS):
            rows = self.rows if turn % 2 == 0 else self.rows[::-1]
            neighbours = self.above if turn % 2 == 0 else self.below
            for row in rows:
                places = {cell: at for other in self.rows for at, cell in enumerate(other)}
                row.sort(key=lambda cell: _mean([places[near] for near in neighbours.get(cell, [])], places[cell]))
            crossings = self._crossings()
            if crossings < fewest:
                best, fewest = [list(row) for row in self.rows], crossings
        self.rows = best

    def _crossings(self) -> int:
        places = {cell: at for row in self.rows for at, cell in enumerate(row)}
        count = 0
        for row in self.rows:
            ends = [(places[cell], places[lower]) for cell in row for lower in self.below.get(cell, [])]
            count += sum(a[0] < b[0] and a[1] > b[1] for a in ends for b in ends)
        return count

    def align(self) -> None:
        """Move each cell towards its neighbours as far as the others of its rank leave room."""
        for row in self.rows:
            at = 0.0
            for cell in row:
                self.x[cell] = at + self.size(cell)[0] / 2
                at += self.size(cell)[0] + GAP_X
        for turn in range(ROUNDS * 2):
            rows = self.rows if turn % 2 == 0 else self.rows[::-1]
            for row in rows:
                wanted = []
                for cell in row:
                    near = [*self.above.get(cell, []), *self.below.get(cell, [])]
                    wanted.append(_mean([self.x[other] for other in near], self.x[cell]))
                self.x.update(zip(row, self._apart(row, wanted), strict=True))
        left = min((self.x[cell] - self.size(cell)[0] / 2 for cell in self.x), default=0.0)
        self.x = {cell: x - left for cell, x in self.x.items()}

    def _apart(self, row: Sequence[object], wanted: Sequence[float]) -> list[float]:
        """Return the places nearest to the wanted ones (least squares) that keep the order and the gaps."""
        offsets, at = [0.0], 0.0
        for left, right in zip(row, row[1:], strict=False):
            at += (self.size(left)[0] + self.size(right)[0]) / 2 + GAP_X
            offsets.append(at)
        blocks: list[tuple[float, int]] = []  # sum of (wanted - offset) and number of cells that move together
        for want, offset in zip(wanted, offsets, strict=False):
            blocks.append((want - offset, 1))
            while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
                total, count = blocks.pop()
                blocks[-1] = (blocks[-1][0] + total, blocks[-1][1] + count)
        moved = [total / count for total, count in blocks for _ in range(count)]
        return [base + offset for base, offset in zip(moved, offsets, strict=False)]

    def layout(self, edges: Sequence[Edge], upward: frozenset[Edge]) -> Layout:
        """Return boxes and lines in their places."""
        tops, y = [], 0.0
        heights = [max((self.size(cell)[1] for cell in row), default=0.0) for row in self.rows]
        for height in heights:
            tops.append(y)
            y += height + GAP_Y
        boxes = {
            name: Placed(self.x[name] - width / 2, tops[self.ranks[name]], width, height)
            for name, (width, height) in self.sizes.items()
        }
        lines: dict[Edge, tuple[Point, ...]] = {}
        for a, b in edges:
            down = (b, a) if (a, b) in upward else (a, b)
            points = self._points(down, tops, heights)
            lines[a, b] = points[::-1] if (a, b) in upward else points
        width = max((box.x + box.width for box in boxes.values()), default=0.0)
        lanes = max((self.x[cell] + LANE for cell in self.x if not isinstance(cell, str)), default=0.0)
        return Layout(boxes, lines, upward, max(width, lanes), max(y - GAP_Y, 0.0))

    def _points(self, edge: Edge, tops: Sequence[float], heights: Sequence[float]) -> tuple[Point, ...]:
        """Return where a line leaves, passes each rank (upper and lower end), and arrives."""
        path = self.paths[edge]
        upper, lower = edge
        points: list[Point] = []
        at = self._port(upper, path[1], self.below)
        points += [(at, tops[self.ranks[upper]] + self.sizes[upper][1])]
        points += [(at, tops[self.ranks[upper]] + heights[self.ranks[upper]])]
        for rank, lane in enumerate(path[1:-1], self.ranks[upper] + 1):
            points += [(self.x[lane], tops[rank]), (self.x[lane], tops[rank] + heights[rank])]
        points += [(self._port(lower, path[-2], self.above), tops[self.ranks[lower]])]
        return tuple(points)

    def _port(self, name: str, towards: object, side: Mapping[object, list[object]]) -> float:
        """Return where on the edge of a box its line towards a neighbour is fastened: side by side, in their order."""
        near = sorted(side[name], key=lambda cell: self.x[cell])
        width = self.sizes[name][0]
        step = min(24.0, width * 0.8 / max(len(near), 1))
        return self.x[name] + (near.index(towards) - (len(near) - 1) / 2) * step


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
