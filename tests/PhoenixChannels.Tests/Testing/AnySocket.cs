namespace PhoenixChannels.Tests.Testing;

/// <summary>Lets everybody in.</summary>
internal sealed class AnySocket : Socket;
