namespace PhoenixChannels.Benchmarks.Presences;

/// <summary>A presence without callbacks.</summary>
sealed class PlainPresence : Presence;
