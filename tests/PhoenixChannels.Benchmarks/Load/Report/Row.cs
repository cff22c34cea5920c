namespace PhoenixChannels.Benchmarks.Load.Report;

/// <summary>A line of the table: a figure of a scenario.</summary>
sealed record Row(string Key, string Label, Better Better, int Decimals = 0)
{
    /// <summary>What a scenario's table shows.</summary>
    public static IEnumerable<Row> Of(string kind) => kind switch
    {
        "idle" =>
        [
            new("rss_kb", "KB resident per connection", Better.Less, 1),
            new("rss_kb_second_half", "KB resident, slope of the second half", Better.Less, 1),
            new("collected_kb", "KB resident after a collection", Better.Less, 1),
            new("heap_kb", "KB managed heap after a collection", Better.Less, 2),
            new("join_cpu_us", "CPU µs per join", Better.Less, 1),
            new("cpu_ms_per_s", "CPU ms per s, heartbeats every 30 s", Better.Less, 1),
        ],
        "echo" =>
        [
            new("ops_per_cpu_s", "ops per CPU-s", Better.More),
            new("ops_per_s", "ops/s", Better.More),
            .. Times("", ""),
        ],
        "fanout" => [.. Fanout("x1."), .. Fanout("x8.")],
        "chat" => [new("deliveries_per_cpu_s", "deliveries per CPU-s", Better.More), .. Times("", "")],
        "storm" =>
        [
            new("all_joined_ms", "ms until all have joined", Better.Less),
            new("cpu_us_per_join", "CPU µs per join", Better.Less, 1),
            .. Times("", "a join "),
            new("retransmits", "TCP retransmits", Better.Neither),
        ],
        "fair" =>
        [
            .. Times("calm.", "alone "),
            .. Times("burn.", "beside burning handlers "),
            new("burn.per_s", "burns/s", Better.More, 1),
            .. Times("block.", "beside blocking handlers "),
            new("block.per_s", "blocks/s", Better.More, 1),
        ],
        "slow" =>
        [
            new("rss_growth_mb", "MB resident that it grew by", Better.Less, 1),
            new("published_mb", "MB that were published", Better.Neither, 1),
            new("closed_after_s", "given up after s (-1: never)", Better.Neither, 1),
            .. Times("calm.", "before it "),
            .. Times("deaf.", "the others "),
            new("deaf.lost", "what the others missed", Better.Neither),
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>The parts of a scenario that are measured each by itself, as the beginnings of their keys.</summary>
    public static IEnumerable<string> Phases(string kind) => kind switch
    {
        "fanout" => ["x1.", "x8."],
        "fair" => ["calm.", "burn.", "block."],
        "slow" => ["calm.", "deaf."],
        _ => [""],
    };

    static IEnumerable<Row> Fanout(string phase) =>
    [
        new($"{phase}deliveries_per_cpu_s", $"{phase[..^1]} deliveries per CPU-s", Better.More),
        new($"{phase}cpu_us", $"{phase[..^1]} CPU µs per delivery", Better.Less, 2),
        new($"{phase}deliveries_per_s", $"{phase[..^1]} deliveries/s", Better.More),
        .. Times(phase, $"{phase[..^1]} to the last "),
    ];

    static IEnumerable<Row> Times(string phase, string label) =>
    [
        new($"{phase}p50_us", $"{label}p50 µs", Better.Less),
        new($"{phase}p99_us", $"{label}p99 µs", Better.Less),
        new($"{phase}p999_us", $"{label}p99.9 µs", Better.Less),
    ];
}
