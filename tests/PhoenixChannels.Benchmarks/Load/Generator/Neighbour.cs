namespace PhoenixChannels.Benchmarks.Load.Generator;

/// <summary>What the handlers beside the measured ones do.</summary>
enum Neighbour
{
    Burn,
    Block,
}
