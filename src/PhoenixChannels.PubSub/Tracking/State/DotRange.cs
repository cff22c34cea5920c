namespace PhoenixChannels.Tracking;

/// <summary>Dots that follow each other, both ends included. A dot numbers one change that a replica has made, from 1.</summary>
internal readonly record struct DotRange(long First, long Last);
