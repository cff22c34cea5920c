// The transcripts wait more than they compute; more at a time than this crowds two cores.
[assembly: LevelOfParallelism(4)]
