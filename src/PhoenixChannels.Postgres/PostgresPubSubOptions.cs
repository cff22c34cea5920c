using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using PhoenixChannels.Postgres;
using PhoenixChannels.Settings;

namespace PhoenixChannels;

/// <summary>Options of the connection between nodes through PostgreSQL; set in <c>UsePostgres(…, o => …)</c>.</summary>
public sealed class PostgresPubSubOptions
{
    /// <summary>
    /// This node's name, unique among the nodes of the <see cref="Schema"/>: a second one of a living node's name does not start. Default the machine's name, the process id and some random
    /// characters. Accepts 1 to 200 characters.
    /// </summary>
    public string NodeName { get; set; } = $"{Environment.MachineName}-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}";

    /// <summary>
    /// The schema of the database that holds the tables. Nodes hear those of their own schema alone: applications that share a database have one each. Default <c>phoenix_channels</c>.
    /// Accepts 1 to 63 small letters, digits and underscores, not beginning with a digit.
    /// </summary>
    public string Schema { get; set; } = "phoenix_channels";

    /// <summary>Whether the schema and its tables are made when they are missing; otherwise somebody has to run <see cref="GetSchemaScript"/>. Default true.</summary>
    public bool CreateSchema { get; set; } = true;

    /// <summary>
    /// How long the database may take for an answer. A broadcast without one fails after that time, it is not known whether the other nodes have got it
    /// (<see cref="PubSubUnavailableException.IsOutcomeUnknown"/>), and the connection is made anew. Default 5 seconds. From 100 milliseconds to 1 minute.
    /// </summary>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a start waits for another node of its name to go before it is refused. Default 10 seconds. From 0 seconds to 5 minutes.</summary>
    public TimeSpan NameTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How messages that are published with a transaction get to the nodes; the same on all of them. Default <c>Outbox</c>. Accepts <c>Outbox</c> or <c>Notify</c>.</summary>
    public TransactionMode Transactions { get; set; } = TransactionMode.Outbox;

    /// <summary>How often the outbox is read while transactions publish; at other times it is once a second. Default 50 milliseconds. From 5 milliseconds to 1 second.</summary>
    public TimeSpan PollPeriod { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long messages stay in the tables: a node that cannot be reached for longer has missed those of committed transactions. Default 5 minutes. From 1 second to 1 day.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The SQL that makes the schema and its tables, for a database where the application may not. It can be run again at any time.</summary>
    public string GetSchemaScript() => PostgresSchema.Script(Schema);

    /// <exception cref="OptionsValidationException">An option is out of its bounds.</exception>
    internal void Validate() => OptionCheck.Run(typeof(PostgresPubSubOptions), Visit);

    internal void Visit(IOptionVisitor visitor)
    {
        NodeName = visitor.Text(nameof(NodeName), NodeName, "1 to 200 characters", name => name.Length is >= 1 and <= 200);
        Schema = visitor.Text(nameof(Schema), Schema, "1 to 63 small letters, digits and underscores, not beginning with a digit", PostgresSchema.IsName);
        CreateSchema = visitor.Switch(nameof(CreateSchema), CreateSchema);
        PublishTimeout = visitor.Time(nameof(PublishTimeout), PublishTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        NameTimeout = visitor.Time(nameof(NameTimeout), NameTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        Transactions = visitor.Visit(nameof(Transactions), Transactions, "'Outbox' or 'Notify'", Enum.IsDefined, null);
        PollPeriod = visitor.Time(nameof(PollPeriod), PollPeriod, TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(1));
        Retention = visitor.Time(nameof(Retention), Retention, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
    }
}
