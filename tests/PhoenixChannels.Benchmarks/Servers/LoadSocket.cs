namespace PhoenixChannels.Benchmarks.Servers;

sealed class LoadSocket : Socket;
