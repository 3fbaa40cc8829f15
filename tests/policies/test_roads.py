"""Stops of a day in driving order, cut into roads."""

from itertools import permutations

from policies.visiting.dispatching import SAME_ROAD_KM
from policies.visiting.roads import Stop, apart, tour_of

EAST = [Stop(n, 114.0 + n / 50, 33.4) for n in range(4)]  # about 1.9 km from one to the next


def test_stops_on_a_line_are_driven_along_it_whatever_their_order() -> None:
    tours = {tour_of(some) for some in permutations(EAST)}
    (tour,) = tours
    assert tour.slots in ((0, 1, 2, 3), (3, 2, 1, 0)) and len(tour.roads) == 1
    assert abs(tour.km - apart(EAST[0], EAST[3])) < 0.001 and len(tour.legs) == 3


def test_what_lies_beyond_a_road_is_another_road() -> None:
    far = Stop(9, 114.0, 33.4 + (SAME_ROAD_KM + 1) / 111.32)
    near = Stop(8, 114.0, 33.4 + (SAME_ROAD_KM - 1) / 111.32)
    assert len(tour_of([EAST[0], near]).roads) == 1
    tour = tour_of([*EAST, far])
    assert len(tour.roads) == 2 and (9,) in tour.roads and sorted(tour.slots) == [0, 1, 2, 3, 9]


def test_one_stop_and_none() -> None:
    assert tour_of([EAST[2]]).roads == ((2,),) and tour_of([EAST[2]]).km == 0
    assert tour_of([]).roads == () and tour_of([Stop(1, 114, 33), Stop(2, 114, 33)]).km == 0
