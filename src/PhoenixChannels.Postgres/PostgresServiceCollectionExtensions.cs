using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using PhoenixChannels;
using PhoenixChannels.Postgres;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Connects nodes through PostgreSQL.</summary>
public static class PostgresServiceCollectionExtensions
{
    /// <summary>
    /// Connects the nodes of this application through a PostgreSQL database. Each holds two connections of its own, and now and then some more; they need a session, so a pooler in transaction mode is refused.
    /// </summary>
    /// <param name="builder">What <c>AddPhoenixChannels</c> returns.</param>
    /// <param name="connectionString">As Npgsql has it.</param>
    /// <param name="configure">Sets the options.</param>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    /// <exception cref="InvalidOperationException">Another adapter has been chosen already.</exception>
    /// <example><code>builder.Services.AddPhoenixChannels().UsePostgres(builder.Configuration.GetConnectionString("Chat")!);</code></example>
    public static IChannelsBuilder UsePostgres(this IChannelsBuilder builder, string connectionString, Action<PostgresPubSubOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddPostgresPubSub(connectionString, configure);
        return builder;
    }

    /// <summary>As the other one, through a data source that the application has, such as the one of its <c>DbContext</c>.</summary>
    /// <param name="builder">What <c>AddPhoenixChannels</c> returns.</param>
    /// <param name="dataSource">Gives the data source, which stays the application's.</param>
    /// <param name="configure">Sets the options.</param>
    /// <exception cref="InvalidOperationException">Another adapter has been chosen already.</exception>
    /// <example><code>builder.Services.AddPhoenixChannels().UsePostgres(services => services.GetRequiredService&lt;NpgsqlDataSource&gt;());</code></example>
    public static IChannelsBuilder UsePostgres(this IChannelsBuilder builder, Func<IServiceProvider, NpgsqlDataSource> dataSource, Action<PostgresPubSubOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddPostgresPubSub(dataSource, configure);
        return builder;
    }

    /// <summary>Adds <see cref="PubSub"/> by itself, for a worker without sockets, connected to the other nodes through a PostgreSQL database.</summary>
    /// <inheritdoc cref="UsePostgres(IChannelsBuilder, string, Action{PostgresPubSubOptions}?)"/>
    public static IServiceCollection AddPostgresPubSub(this IServiceCollection services, string connectionString, Action<PostgresPubSubOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        RequireReadable(connectionString);
        return Add(services, configure, (_, options) => (CreateDataSource(connectionString, options), true));
    }

    /// <summary>Adds <see cref="PubSub"/> by itself, for a worker without sockets, connected to the other nodes through a PostgreSQL database.</summary>
    /// <inheritdoc cref="UsePostgres(IChannelsBuilder, Func{IServiceProvider, NpgsqlDataSource}, Action{PostgresPubSubOptions}?)"/>
    public static IServiceCollection AddPostgresPubSub(this IServiceCollection services, Func<IServiceProvider, NpgsqlDataSource> dataSource, Action<PostgresPubSubOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(dataSource);
        return Add(services, configure, (provider, _) => (dataSource(provider), false));
    }

    static IServiceCollection Add(IServiceCollection services, Action<PostgresPubSubOptions>? configure, Func<IServiceProvider, PostgresPubSubOptions, (NpgsqlDataSource DataSource, bool IsOwned)> connect)
    {
        services.AddPubSub();
        if (configure is not null) services.Configure(configure);
        PubSubAdapterRegistration.Add(services, provider =>
        {
            var options = provider.GetRequiredService<IOptions<PostgresPubSubOptions>>().Value;
            options.Validate();
            var (dataSource, isOwned) = connect(provider, options);
            return new PostgresPubSubAdapter(dataSource, isOwned, options, provider.GetService<TimeProvider>() ?? TimeProvider.System, provider.GetRequiredService<ILogger<PostgresPubSubAdapter>>());
        });
        return services;
    }

    /// <summary>What cannot be read is not repeated: it may hold the password.</summary>
    static void RequireReadable(string connectionString)
    {
        try
        {
            _ = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw new ArgumentException("Npgsql cannot read the connection string: write it as Host=…;Database=…;Username=…;Password=…", nameof(connectionString));
        }
    }

    /// <summary>What the connection string leaves open is set for a server whose connections have to be seen to break.</summary>
    internal static NpgsqlDataSource CreateDataSource(string connectionString, PostgresPubSubOptions options)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (!settings.ShouldSerialize("Application Name")) settings.ApplicationName = $"PhoenixChannels {options.NodeName}";
        if (!settings.ShouldSerialize("Timeout")) settings.Timeout = 5;
        if (!settings.ShouldSerialize("Maximum Pool Size")) settings.MaxPoolSize = 8;
        return NpgsqlDataSource.Create(settings);
    }
}
