namespace PhoenixChannels.Benchmarks.Servers;

/// <summary>The payload of <c>burn</c> and <c>block</c>.</summary>
sealed record Duration(int Ms);
