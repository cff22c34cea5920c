namespace PhoenixChannels.Benchmarks.Presences;

/// <summary>One row; times in seconds.</summary>
sealed record PresenceFigures(
    string What,
    int Present,
    double JoinsPerSecond,
    double Collecting,
    double Join,
    double Leave,
    double? Diff,
    int DiffBytes,
    double Count,
    double List,
    double? Encode,
    double Bytes);
