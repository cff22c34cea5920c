using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using PhoenixChannels.Connections;
using PhoenixChannels.Mailboxes;
using PhoenixChannels.Testing.Clients;
using PhoenixChannels.Testing.Clock;
using PhoenixChannels.Testing.Hosting;

namespace PhoenixChannels.Testing;

/// <summary>
/// Runs sockets and channels in the test's process: the server's own code, with a transport that stays in memory, and on a time that the
/// test moves. The counterpart of <see href="https://hexdocs.pm/phoenix/Phoenix.ChannelTest.html">Phoenix.ChannelTest</see>.
/// </summary>
/// <remarks>
/// <para>
/// What is expected to come is waited for, up to <see cref="Timeout"/>. What is expected not to come (<c>ExpectNo…</c>) is looked for when everything sent
/// has been handled, as <see cref="SettleAsync"/> has it, so such a test neither waits nor passes by being early. An expectation that is not met throws
/// <see cref="ChannelTestException"/>; any test framework will do.
/// </para>
/// <para>
/// There is no HTTP pipeline: middleware and <c>RequireAuthorization</c> of the mount do not run, the test gives the user. Clients speak version 2 of the
/// protocol, and are never closed for being idle.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// await using var host = ChannelTestHost.Create(services => services.AddSingleton&lt;MessageStore>());
/// host.MapChannel&lt;RoomChannel>("room:*");
///
/// var ann = await host.ConnectAsync&lt;UserSocket>(new { user = "ann" });
/// var bob = await host.ConnectAsync&lt;UserSocket>(new { user = "bob" });
/// var annsRoom = await ann.JoinAsync("room:lobby");
/// var bobsRoom = await bob.JoinAsync("room:lobby");
///
/// var push = annsRoom.Push("new_msg", new { body = "hello" });
/// await push.ExpectReplyAsync("ok");
/// var message = await bobsRoom.ExpectPushAsync&lt;NewMessage>("new_msg");
///
/// var refused = await ann.TryJoinAsync("room:secret");                    // refused.Status, refused.Reason
/// await annsRoom.ExpectNoPushAsync("new_msg");
/// await host.AdvanceAsync(TimeSpan.FromMinutes(5));                       // what SendAfter has sent is handled
/// await annsRoom.ExpectExitAsync(TerminationReason.Stopped);
/// </code>
/// </example>
public sealed class ChannelTestHost : IAsyncDisposable
{
    /// <summary>How long channels have got at the test's end before their tokens are cancelled, in real time.</summary>
    static readonly TimeSpan s_stopPatience = TimeSpan.FromSeconds(1);

    readonly TestTime _time = new();
    readonly IHost _host;
    readonly List<Type> _presences;
    readonly HostObserver _observer = new();
    readonly Rest _rest;
    readonly List<ChannelMapping> _mappings = [];
    readonly List<TestMount> _mounts = [];
    DateTimeOffset _nextScan;
    Task? _starting, _stopping;

    ChannelTestHost(Action<IServiceCollection>? services)
    {
        _host = TestServices.Build(_time, services, out _presences);
        _rest = new(Mailboxes);
        _nextScan = _time.GetUtcNow() + IdleScanner.Interval;
    }

    /// <summary>How long, in real time, an expectation waits for what is to come; default 5 seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The time of the server: it stands still unless the test moves it, best by <see cref="AdvanceAsync"/>. Also the <see cref="TimeProvider"/> that services get.</summary>
    public FakeTimeProvider Time => _time;

    /// <summary>The application's services, such as <see cref="IBroadcaster"/>.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>Makes a host. Its hosted services are started by the first call that needs them.</summary>
    /// <param name="services">Adds the application's services. <c>AddPhoenixChannels</c> has been called; calling it again, to add a presence or set options, does no harm.</param>
    public static ChannelTestHost Create(Action<IServiceCollection>? services = null) => new(services);

    /// <summary>Maps a channel class on every socket that it fits.</summary>
    /// <param name="topicPattern">An exact topic (<c>lobby</c>) or a prefix (<c>room:*</c>). One that is neither is found out when a socket is mounted, at the latest by the first client.</param>
    public ChannelTestHost MapChannel<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TChannel>(string topicPattern)
        where TChannel : Channel
    {
        var mapping = new ClassMapping<TChannel>(topicPattern);
        _mappings.Add(mapping);
        foreach (var mount in _mounts) mount.Map(mapping);
        return this;
    }

    /// <summary>Maps a channel made of lambdas on a socket.</summary>
    /// <exception cref="ArgumentException">The pattern is empty or has a <c>*</c> before its end.</exception>
    public ChannelTestHost MapChannel<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSocket>(string topicPattern, Action<ChannelBuilder<TSocket>> configure)
        where TSocket : Socket
    {
        MountOf<TSocket>().Builder.MapChannel(topicPattern, configure);
        return this;
    }

    /// <summary>Mounts a socket, as the application does by <c>app.MapSocket</c>: to set its options, or to map channels in the application's own way. Sockets without options need no mounting.</summary>
    /// <param name="configure">Changes the options.</param>
    /// <exception cref="InvalidOperationException">The socket is mounted already, or an option is out of its bounds.</exception>
    public SocketEndpointConventionBuilder<TSocket> MapSocket<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSocket>(Action<SocketOptions>? configure = null)
        where TSocket : Socket
    {
        if (_mounts.Any(mount => mount.SocketType == typeof(TSocket))) throw new InvalidOperationException($"{typeof(TSocket).Name} is mounted already: call MapSocket before its channels are mapped and before a client connects.");
        return Mount<TSocket>(configure).Builder;
    }

    /// <summary>Connects a client.</summary>
    /// <param name="parameters">What phoenix.js is given as <c>params</c>: an object or a dictionary; its values become text, and are among <see cref="ConnectInfo.Params"/>.</param>
    /// <param name="user">Whom the authentication would have found.</param>
    /// <param name="authToken">What phoenix.js is given as <c>authToken</c>.</param>
    /// <param name="headers">Headers of the request.</param>
    /// <param name="configure">Changes whatever else of the request: address, cookies, route values.</param>
    /// <exception cref="ChannelTestException">The client was not let in.</exception>
    /// <exception cref="InvalidOperationException">No channel is mapped on the socket, or one asks for a service or a policy that is not there.</exception>
    public async Task<TestSocket<TSocket>> ConnectAsync<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSocket>(
        object? parameters = null, ClaimsPrincipal? user = null, string? authToken = null, IEnumerable<KeyValuePair<string, string>>? headers = null, Action<HttpContext>? configure = null)
        where TSocket : Socket
    {
        var (result, exception) = await ShakeHandsAsync<TSocket>(parameters, user, authToken, headers, configure).ConfigureAwait(false);
        if (result.Socket is not null) return result.Socket;
        var body = result.Body.Length > 0 ? $" '{result.Body}'" : "";
        var story = exception is null ? "" : $" ConnectAsync threw {Text.Of(exception)}";
        throw new ChannelTestException($"Expected {typeof(TSocket).Name} to let the client in, but it was refused with {result.Status}{body}.{story}", exception);
    }

    /// <summary>Connects a client and gives what became of it: for clients that are to be refused.</summary>
    /// <exception cref="ChannelTestException">ConnectAsync did not return.</exception>
    /// <inheritdoc cref="ConnectAsync"/>
    public async Task<TestConnectResult<TSocket>> TryConnectAsync<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSocket>(
        object? parameters = null, ClaimsPrincipal? user = null, string? authToken = null, IEnumerable<KeyValuePair<string, string>>? headers = null, Action<HttpContext>? configure = null)
        where TSocket : Socket => (await ShakeHandsAsync<TSocket>(parameters, user, authToken, headers, configure).ConfigureAwait(false)).Result;

    /// <summary>Subscribes the test to a topic, to see what is broadcast there from now on.</summary>
    public async Task<TestTopic> SubscribeAsync(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        await StartAsync().ConfigureAwait(false);
        return new(this, Services.GetRequiredService<PubSub>(), topic);
    }

    /// <summary>Broadcasts from outside of all channels, as <see cref="IBroadcaster"/> does.</summary>
    public async Task BroadcastAsync(string topic, string @event, object? payload = null)
    {
        await StartAsync().ConfigureAwait(false);
        await Services.GetRequiredService<IBroadcaster>().BroadcastAsync(topic, @event, payload.ToPayload()).ConfigureAwait(false);
    }

    /// <summary>
    /// Moves the time on, from one timer that is due to the next, and lets what each leads to be handled before it goes on: delayed messages, join time-outs, presence.
    /// </summary>
    /// <exception cref="ChannelTestException">A handler does not return, or there is no end of messages.</exception>
    public async Task AdvanceAsync(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        await StartAsync().ConfigureAwait(false);
        var server = Services.GetRequiredService<SocketServer>();
        var picture = await ComeToRestAsync(null).ConfigureAwait(false);
        var end = _time.GetUtcNow() + by;
        for (var now = _time.GetUtcNow(); now < end;)
        {
            var next = _time.NextDueAfter(now) is { } due && due < end ? due : end;
            if (_nextScan < next) next = _nextScan > now ? _nextScan : now;      // the test may have moved the time by itself
            _time.Advance(next - now);
            now = next;
            if (now >= _nextScan)
            {
                server.Scan();
                _nextScan = now + IdleScanner.Interval;
            }

            picture = await ComeToRestAsync(now < end ? picture : null).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Waits until everything that was sent has been handled, and what the handling led to as well: by the channels of all clients, and by presence. A handler that itself awaits something
    /// (time, a signal of the test, I/O) is waited for until the thread pool has nothing to do, and a tenth of a second for I/O; while other tests keep the pool busy, at most a second. Not waited for is what a handler has started without awaiting it,
    /// and what handlers of <see cref="PubSub.Subscribe"/> and hosted services do.
    /// </summary>
    /// <exception cref="ChannelTestException">A handler does not return, or there is no end of messages.</exception>
    public async Task SettleAsync() => await ComeToRestAsync(null).ConfigureAwait(false);

    /// <summary>Stops the server as a deployment does: clients are closed with 1012, channels end as <see cref="TerminationReason.Draining"/>.</summary>
    public Task StopAsync() => _stopping ??= StopOnceAsync();

    /// <summary>Stops the server, if that has not been done, and disposes of its services.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        if (_host is IAsyncDisposable host) await host.DisposeAsync().ConfigureAwait(false);
        else _host.Dispose();
    }

    /// <summary>What channels have thrown, in words.</summary>
    internal string Crashes() => string.Concat(_observer.Failures.Select(failure => $" The channel '{failure.Topic}' threw {Text.Of(failure.Exception)}"));

    Task StartAsync() => _starting ??= _host.StartAsync();

    async Task StopOnceAsync()
    {
        if (_starting is null) return;
        await _starting.ConfigureAwait(false);
        using var limit = new CancellationTokenSource(Timeout);
        var stopping = _host.StopAsync(limit.Token);
        await stopping.WaitAsync(s_stopPatience, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stopping.IsCompleted)
        {
            await stopping.ConfigureAwait(false);
            return;
        }

        // A handler still runs: as far as the server is concerned, its time is over.
        _time.Advance(_mounts.Select(mount => mount.Endpoint.Options.ShutdownTimeout).DefaultIfEmpty().Max());
        await stopping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    async Task<Rest.Picture> ComeToRestAsync(Rest.Picture? known)
    {
        try
        {
            return await _rest.ComeAsync(Timeout, known).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            var busy = _observer.Processes.Where(process => !process.IsAtRest).Select(process => $"'{process.Topic}'").Distinct().ToList();
            var who = busy.Count > 0 ? $"busy are the channels {string.Join(", ", busy)}" : "presences are busy";
            throw new ChannelTestException($"The server did not come to rest within {Text.Of(Timeout)}: {who}.");
        }
    }

    IEnumerable<Mailbox> Mailboxes()
    {
        foreach (var process in _observer.Processes) yield return process;
        foreach (var presence in _presences)
            foreach (var mailbox in ((Presence)Services.GetRequiredService(presence)).Tracker.Mailboxes) yield return mailbox;
    }

    async Task<(TestConnectResult<TSocket> Result, Exception? Exception)> ShakeHandsAsync<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSocket>(
        object? parameters, ClaimsPrincipal? user, string? authToken, IEnumerable<KeyValuePair<string, string>>? headers, Action<HttpContext>? configure)
        where TSocket : Socket
    {
        var mount = MountOf<TSocket>();
        if (mount.Endpoint.Routes.Count == 0) throw new InvalidOperationException($"{typeof(TSocket).Name} has no channels: call host.MapChannel<TChannel>(\"topic:*\") with a channel that is for it.");
        await StartAsync().ConfigureAwait(false);
        await Services.GetRequiredService<SocketServer>().RequireSoundAsync(mount.Endpoint).ConfigureAwait(false);      // it may have been mounted since
        var scope = Services.CreateAsyncScope();
        await using var _ = scope.ConfigureAwait(false);
        var context = Handshake.Create(scope.ServiceProvider, parameters, user, headers, mount.Endpoint.Json);
        configure?.Invoke(context);
        var connecting = mount.Connector.ConnectAsync(context, authToken, "websocket").AsTask();
        await ((Task)connecting).WaitAsync(Timeout, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!connecting.IsCompleted) throw new ChannelTestException($"Expected ConnectAsync of {typeof(TSocket).Name} to decide within {Text.Of(Timeout)}, but it still runs.");
        var outcome = await connecting.ConfigureAwait(false);
        if (outcome.Socket is not { } accepted)
        {
            context.Response.StatusCode = outcome.Status;
            if (outcome.Response is { } response) await response.ExecuteAsync(context).ConfigureAwait(false);
            var body = System.Text.Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray());
            return (new(context.Response.StatusCode, body, null), HostObserver.FailureOf(context));
        }

        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var transport = new MemoryTransport(mount.Endpoint.Options.WebSocket.MaxOutboxBytes);
        var connection = new SocketConnection(mount.Endpoint, accepted with { Scope = new EndSignal(accepted.Scope, ended) }, transport);
        var client = new TestSocket<TSocket>(this, connection, transport, ended);
        (transport.Connection, transport.Client) = (connection, client);
        _observer.Add(connection, client);
        connection.Open();
        return (new(StatusCodes.Status101SwitchingProtocols, "", client), null);
    }

    TestMount<TSocket> MountOf<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSocket>()
        where TSocket : Socket => _mounts.OfType<TestMount<TSocket>>().FirstOrDefault() ?? Mount<TSocket>(null);

    TestMount<TSocket> Mount<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSocket>(Action<SocketOptions>? configure)
        where TSocket : Socket
    {
        var builder = new TestRouteBuilder(Services).MapSocket<TSocket>("/socket", configure);
        builder.Endpoint.Observer = _observer;
        var mount = new TestMount<TSocket>(builder, new ServiceFactory<Socket, TSocket>());
        foreach (var mapping in _mappings) mount.Map(mapping);
        _mounts.Add(mount);
        return mount;
    }
}
