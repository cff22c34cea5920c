using Microsoft.AspNetCore.Mvc;

namespace PhoenixChannels.Tests.Server;

/// <summary>Broadcasts from a controller.</summary>
[Route("controller/notices")]
public sealed class NoticesController(IBroadcaster channels) : ControllerBase
{
    [HttpPost]
    public Task PostAsync() => channels.BroadcastAsync("room:a", "notice", new { from = "controller" }).AsTask();
}
