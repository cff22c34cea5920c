namespace PhoenixChannels.Benchmarks.Load.Generator;

enum ConnectionState
{
    Connecting,
    Upgrading,
    Greeting,
    Joining,
    Joined,
    Leaving,
    Closed,
}
