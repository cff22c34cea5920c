using PhoenixChannels.Benchmarks.Load.Report;
using PhoenixChannels.Benchmarks.Nodes;

namespace PhoenixChannels.Benchmarks.Broadcasts;

/// <summary>The tables of the pubsub command.</summary>
sealed class PubSubReport(IReadOnlyList<Engine> engines, Results results, TextWriter output)
{
    const string PubSub = "PubSub", Bare = "bare", Batched = "bare, 100 a statement";

    public void Write()
    {
        output.WriteLine();
        output.WriteLine("Bare is what one would write by hand with the engine's driver. × is the figure divided by that of bare. A caller waits for the engine, not for who hears: where nodes hear less quickly than they send, the times are those of a queue.");
        WriteSpeed();
        if (engines.All(engine => engine.Bare is null)) return;
        WriteListeners();
        WriteNodes();
    }

    void WriteSpeed()
    {
        var table = new Table(results, output, ("per_s", "messages/s", 0), ("p50_us", "p50 µs", 0), ("p99_us", "p99 µs", 0), ("lost", "lost", 0));
        table.WriteHead("from node to node", "callers", "by");
        foreach (var engine in engines)
        {
            foreach (var callers in PubSubMeasurement.Callers)
            {
                var scenario = PubSubMeasurement.SpeedOf(callers);
                foreach (var (kind, label) in Kinds(engine)) table.WriteRow((kind, scenario), (engine.Reference, scenario), engine.Name, $"{callers}", label);
            }

            var single = PubSubMeasurement.SpeedOf(1);
            if (engine.Batched is { } batched) table.WriteRow((batched, single), (engine.Reference, single), engine.Name, "1", Batched);
        }
    }

    void WriteListeners()
    {
        var table = new Table(results, output, ("cpu_us", "CPU µs per message", 2), ("silence_ms", "CPU ms per s of silence", 2));
        table.WriteHead("a node that only listens", "by", "subscribers");
        foreach (var engine in engines)
        {
            if (engine.Bare is not { } bare) continue;
            var reference = (bare, PubSubMeasurement.Listener);
            table.WriteRow((engine.Name, PubSubMeasurement.Deaf), reference, engine.Name, PubSub, "0");
            table.WriteRow((engine.Name, PubSubMeasurement.Listener), reference, engine.Name, PubSub, "1");
            table.WriteRow(reference, reference, engine.Name, Bare, "1");
        }
    }

    void WriteNodes()
    {
        var table = new Table(results, output, ("per_s", "messages/s", 0), ("cpu_us", "CPU µs per message, of all nodes", 2), ("lost", "lost", 0));
        table.WriteHead("all nodes listen", "nodes", "by");
        foreach (var engine in engines)
        {
            if (engine.Bare is null) continue;
            foreach (var nodes in PubSubMeasurement.Nodes)
            {
                var scenario = PubSubMeasurement.NodesOf(nodes);
                foreach (var (kind, label) in Kinds(engine)) table.WriteRow((kind, scenario), (engine.Reference, scenario), engine.Name, $"{nodes}", label);
            }
        }
    }

    static IEnumerable<(string Kind, string Label)> Kinds(Engine engine) => engine.Bare is { } bare ? [(engine.Name, PubSub), (bare, Bare)] : [(engine.Name, PubSub)];
}
