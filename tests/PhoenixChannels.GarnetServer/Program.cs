// A server of the Redis protocol on the port of the first argument, with more of Garnet's own behind it, small enough to run several of them beside tests.
using var server = new Garnet.GarnetServer([
    "--bind", "127.0.0.1",
    "--port", args[0],
    "--memory", "64m",
    "--page", "4m",
    "--segment", "16m",
    "--index", "1m",
    "--lua", "false",
    "--aof", "false",
    "--logger-level", "Error",
    .. args[1..],
]);
server.Start();
Console.WriteLine("READY");

// The system closes this input when the process that started the server has ended, however it ended.
await using var input = Console.OpenStandardInput();
await input.CopyToAsync(Stream.Null);
