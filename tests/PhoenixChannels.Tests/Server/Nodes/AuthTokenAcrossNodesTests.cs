using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace PhoenixChannels.Tests.Server.Nodes;

/// <summary>phoenix.js sends its <c>authToken</c> with polls, not with what it posts: that may come to a node that has never seen it.</summary>
public class AuthTokenAcrossNodesTests
{
    const string AuthTokenHeader = "X-Phoenix-AuthToken";
    const string WhoAmI = """["1","1","who","phx_join",{}]""";
    const string IAmAnn = """["1","1","who","phx_reply",{"response":{"name":"ann"},"status":"ok"}]""";

    readonly Jwt _jwt = new();

    [Test]
    public async Task What_is_posted_to_another_node_without_a_token_counts_as_the_sessions_user()
    {
        await using var nodes = await StartAsync();
        var onB = await OpenAsync(nodes, _jwt.For("ann"));
        Assert.That((await onB.SendAsync(WhoAmI)).Status, Is.EqualTo(200));
        onB.Headers.Add(AuthTokenHeader, _jwt.For("ann"));
        await onB.ExpectAsync(IAmAnn);
    }

    [Test]
    public async Task It_counts_on_the_sessions_own_path_alone()
    {
        await using var nodes = await StartAsync();
        var onB = await OpenAsync(nodes, _jwt.For("ann"));
        using var http = new HttpClient { BaseAddress = new Uri($"http://{nodes.B.EndPoint}") };
        foreach (var path in new[] { "/guarded", "/socket/longpoll/" })
        {
            using var response = await http.PostAsync(new Uri($"{path}?token={Uri.EscapeDataString(onB.Token)}", UriKind.Relative), null);
            Assert.That((int)response.StatusCode, Is.EqualTo(401), path);
        }
    }

    [Test]
    public async Task An_expired_token_is_judged_where_the_post_comes()
    {
        var clock = new FakeTimeProvider();
        var jwt = new Jwt(clock);
        await using var nodes = await StartAsync(jwt);
        var onB = await OpenAsync(nodes, jwt.Brief("ann"));
        clock.Advance(Jwt.BriefLifetime);
        Assert.That((await onB.SendAsync(WhoAmI)).Http, Is.EqualTo(401));
    }

    [Test]
    public async Task A_session_that_has_ended_or_that_nobody_answers_for_authenticates_nobody()
    {
        var time = new FakeTimeProvider();
        await using var nodes = await StartAsync(time: time);
        var onB = await OpenAsync(nodes, _jwt.For("ann"));
        nodes.Network.Cut("b", "a");
        var post = onB.SendAsync(WhoAmI);
        await nodes.B.CountsAsync("phoenixchannels.longpoll.forwarded", 1);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.That((await post).Http, Is.EqualTo(401));
        nodes.Network.Heal("b", "a");
        await nodes.A.Broadcaster.DisconnectAsync("user:ann");
        await nodes.A.CountsAsync("phoenixchannels.sockets", 0);
        Assert.That((await onB.SendAsync(WhoAmI)).Http, Is.EqualTo(401));
    }

    [Test]
    public async Task Only_a_token_of_this_key_ring_asks_other_nodes()
    {
        await using var nodes = await StartAsync();
        var onB = await OpenAsync(nodes, _jwt.For("ann"));
        var token = onB.Token;
        foreach (var bad in new[] { "", "x", token[..^4], token[..^1] + (token[^1] == 'A' ? 'Q' : 'A'), new string('A', 300), _jwt.For("ann") })
        {
            onB.Token = bad;
            Assert.That((await onB.SendAsync(WhoAmI)).Http, Is.EqualTo(401));
        }

        Assert.That(nodes.A.Counted("phoenixchannels.pubsub.broadcasts"), Is.Zero);
        onB.Token = token;
        Assert.That((await onB.SendAsync(WhoAmI)).Status, Is.EqualTo(200));
        Assert.That(nodes.A.Counted("phoenixchannels.pubsub.broadcasts"), Is.EqualTo(2), "the token and the post were asked for");
    }

    [Test]
    public async Task The_token_goes_between_nodes_protected_and_into_no_log()
    {
        var heard = new List<string>();
        await using var nodes = await StartAsync();
        foreach (var node in new[] { nodes.A, nodes.B })
        {
            node.PubSub.Subscribe("phx_longpoll", (broadcast, _) =>
            {
                lock (heard) heard.Add(Encoding.Latin1.GetString(broadcast.Payload.Bytes.Span));
                return default;
            });
        }

        var token = _jwt.For("ann");
        var onB = await OpenAsync(nodes, token);
        Assert.That((await onB.SendAsync(WhoAmI)).Status, Is.EqualTo(200));
        await nodes.B.CountsAsync("phoenixchannels.pubsub.broadcasts", 2);
        lock (heard) Assert.That(heard, Has.None.Contains(token));
        foreach (var node in new[] { nodes.A, nodes.B })
        {
            Assert.That(node.Log.Entries.Select(entry => entry.Text), Has.None.Contains(token));
            Assert.That(node.Log.OfChannels, Has.None.Contains(onB.Token));
        }
    }

    Task<TwoNodes> StartAsync(Jwt? jwt = null, TimeProvider? time = null) => TwoNodes.StartAsync<NamedSocket>(
        socket => socket.MapChannel("who", channel => channel.OnJoin((c, _) => Reply.Ok(new { c.User.Identity!.Name }))).RequireAuthorization(),
        services =>
        {
            (jwt ?? _jwt).AddTo(services).AddChannelsAuthToken();
            if (time is not null) services.AddSingleton(time);
        });

    /// <summary>A client whose session is on A, as B sees it when it posts.</summary>
    static async Task<LongPollClient> OpenAsync(TwoNodes nodes, string token)
    {
        var (_, onB) = await nodes.OpenAsync(prepare: client => client.Headers.Add(AuthTokenHeader, token));
        onB.Headers.Remove(AuthTokenHeader);
        return onB;
    }

    /// <summary>Named by its user.</summary>
    sealed class NamedSocket : Socket
    {
        protected internal override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken)
        {
            Id = $"user:{info.User.Identity!.Name}";
            return new(ConnectResult.Ok);
        }
    }
}
