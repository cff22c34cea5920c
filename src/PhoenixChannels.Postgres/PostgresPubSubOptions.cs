using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using PhoenixChannels.Postgres;
using PhoenixChannels.Settings;

namespace PhoenixChannels;

/// <summary>Options of the connection between nodes through PostgreSQL; set in <c>UsePostgres(…, o => …)</c>.</summary>
public sealed class PostgresPubSubOptions
{
    /// <summary>
    /// This node's name, unique among the nodes; a second one of the same name is refused. Default the machine's name, the process's id and four random characters. Give a name that lasts
    /// when something outside has to know the node by it.
    /// </summary>
    public string NodeName { get; set; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(2))}";

    /// <summary>The schema of the database that holds the tables, of small letters, digits and underscores. Nodes hear those of their own schema alone: applications that share a database have one each. Default <c>phoenix_channels</c>.</summary>
    public string Schema { get; set; } = "phoenix_channels";

    /// <summary>Whether the schema and its tables are made when they are missing; otherwise somebody has to run <see cref="SchemaScript"/>. Default true.</summary>
    public bool CreateSchema { get; set; } = true;

    /// <summary>How long a message may take to be published: after that its outcome is unknown, and the connection is made anew. Default 5 seconds.</summary>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a start waits for another node of its name to go before it is refused. Default 10 seconds.</summary>
    public TimeSpan NameTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How messages that are published with a transaction get to the nodes. All nodes must have the same. Default <see cref="TransactionMode.Outbox"/>.</summary>
    public TransactionMode Transactions { get; set; } = TransactionMode.Outbox;

    /// <summary>How often the outbox is read while transactions publish; otherwise once a second. Default 50 milliseconds.</summary>
    public TimeSpan PollPeriod { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long messages stay in the tables: a node that cannot be reached for longer has missed those of committed transactions. Default 5 minutes.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The SQL that makes the schema and its tables, for a database where the application may not. It can be run again at any time.</summary>
    public string SchemaScript => PostgresSchema.Script(Schema);

    /// <exception cref="OptionsValidationException">An option is out of its bounds.</exception>
    internal void Validate() => OptionCheck.Run(typeof(PostgresPubSubOptions), Visit);

    internal void Visit(IOptionVisitor visitor)
    {
        NodeName = visitor.Text(nameof(NodeName), NodeName, "a name of 1 to 200 characters", name => name.Length is >= 1 and <= 200);
        Schema = visitor.Text(nameof(Schema), Schema, "1 to 63 small letters, digits and underscores, not beginning with a digit", PostgresSchema.IsName);
        CreateSchema = visitor.Switch(nameof(CreateSchema), CreateSchema);
        PublishTimeout = visitor.Time(nameof(PublishTimeout), PublishTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        NameTimeout = visitor.Time(nameof(NameTimeout), NameTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        Transactions = visitor.Visit(nameof(Transactions), Transactions, "Outbox or Notify", Enum.IsDefined, null);
        PollPeriod = visitor.Time(nameof(PollPeriod), PollPeriod, TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(1));
        Retention = visitor.Time(nameof(Retention), Retention, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
    }
}
