using Npgsql;
using PhoenixChannels.Benchmarks.Load.Generator;

namespace PhoenixChannels.Benchmarks.Nodes.Messengers;

/// <summary>LISTEN and NOTIFY as the driver offers them: a statement for each message, on a connection from the pool.</summary>
class BarePostgresMessenger(string connectionString) : Messenger
{
    readonly CancellationTokenSource _ending = new();
    readonly List<Task> _listening = [];

    protected NpgsqlDataSource DataSource { get; } = NpgsqlDataSource.Create(connectionString);

    public override async Task SubscribeAsync(string topic, Action<long> arrived)
    {
        var connection = await DataSource.OpenConnectionAsync();
        connection.Notification += (_, notification) => arrived(Clock.Now - Stamp.Parse(notification.Payload).SentAt);
        await using (var command = new NpgsqlCommand($"LISTEN {topic}", connection)) await command.ExecuteNonQueryAsync();
        _listening.Add(ListenAsync(connection));
    }

    public override async Task<int> SendAsync(string topic)
    {
        await using var command = DataSource.CreateCommand("SELECT pg_notify($1, $2)");
        command.Parameters.Add(new() { Value = topic });
        command.Parameters.Add(new() { Value = Stamp.Create().ToJson() });
        await command.ExecuteNonQueryAsync();
        return 1;
    }

    public override async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Task.WhenAll(_listening);
        await DataSource.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    async Task ListenAsync(NpgsqlConnection connection)
    {
        await using var _ = connection;
        try
        {
            while (true) await connection.WaitAsync(_ending.Token);
        }
        catch (OperationCanceledException)
        {
            // The node ends.
        }
    }
}
