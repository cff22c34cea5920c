// A chat on several nodes, all on this machine. Without arguments the program is the front: it starts an engine and two nodes,
// which are processes of this same program, and serves a page that can kill them, with a load balancer before the nodes.
//
//     dotnet run --project examples/Cluster
//     dotnet run --project examples/Cluster -- --engine postgres --connection "Host=localhost;Username=postgres"
//     dotnet run --project examples/Cluster -- --engine redis --connection localhost:6379
//
// Node.cs is what to read: what a server needs to be one of several.
var options = new ConfigurationBuilder().AddCommandLine(args).Build();
await (options["node"] is { } name ? Node.RunAsync(name, args, options) : Front.RunAsync(args, options));
