// Servers take a while to start, and some tests wait for a time-out of a client's: two at a time fill two cores.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(2)]
