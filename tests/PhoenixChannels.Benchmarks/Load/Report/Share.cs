namespace PhoenixChannels.Benchmarks.Load.Report;

/// <summary>How a figure compares: over 1 is better than the reference, whichever way the figure is good.</summary>
static class Share
{
    /// <summary>Null where there is nothing to compare.</summary>
    public static double? Of(double? value, double? reference, Better better) => (value, reference, better) switch
    {
        ( > 0, > 0, Better.More) => value / reference,
        ( > 0, > 0, Better.Less) => reference / value,
        _ => null,
    };

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
