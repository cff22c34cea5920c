using System.Text.Json;
using Microsoft.AspNetCore.SignalR;

namespace PhoenixChannels.Benchmarks.Servers;

/// <summary><see cref="LoadChannel"/> as a hub; a topic is a group.</summary>
sealed class LoadHub : Hub
{
    public Task Join(string topic) => Groups.AddToGroupAsync(Context.ConnectionId, topic);

    public JsonElement Echo(JsonElement payload) => payload;

    public Task Shout(string topic, JsonElement payload) => Clients.Group(topic).SendAsync("shout", payload);

    public Duration Burn(Duration duration) { Work.Burn(duration.Ms); return duration; }

    public Duration Block(Duration duration) { Work.Block(duration.Ms); return duration; }
}
