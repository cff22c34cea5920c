using System.Globalization;

namespace PhoenixChannels.Benchmarks.Load.Generator;

/// <summary>What a run has measured, one line each: a key and a number. What is not a number was not to be had.</summary>
sealed class Figures(TextWriter output)
{
    public void Add(string key, double value)
    {
        if (double.IsFinite(value)) output.WriteLine($"{key} {value.ToString("R", CultureInfo.InvariantCulture)}");
    }
}
