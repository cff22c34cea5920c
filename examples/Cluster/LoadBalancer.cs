using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.Transforms;

/// <summary>YARP before the nodes: each WebSocket and each request of a long poll goes to the next of them. No client sticks to a node.</summary>
static class LoadBalancer
{
    public static void AddLoadBalancer(this IServiceCollection services, IEnumerable<NodeProcess> nodes)
    {
        var route = new RouteConfig { RouteId = "socket", ClusterId = "nodes", Match = new() { Path = "/socket/{**rest}" } }
            .WithTransformUseOriginalHostHeader();      // which the nodes compare with the page's origin
        var cluster = new ClusterConfig
        {
            ClusterId = "nodes",
            LoadBalancingPolicy = LoadBalancingPolicies.RoundRobin,
            Destinations = nodes.ToDictionary(node => node.Name, node => new DestinationConfig { Address = node.Address }),
            HealthCheck = new()
            {
                Active = new()
                {
                    Enabled = true,
                    Path = "/health",
                    Interval = TimeSpan.FromMilliseconds(500),
                    Timeout = TimeSpan.FromSeconds(2),
                    Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures,
                },
            },
            Metadata = new Dictionary<string, string> { [ConsecutiveFailuresHealthPolicyOptions.ThresholdMetadataName] = "1" },
        };
        services.AddReverseProxy().LoadFromMemory([route], [cluster]);
    }

    /// <summary>Whether the node answered the last probe, so that clients are sent to it.</summary>
    public static bool IsHealthy(this IProxyStateLookup proxy, NodeProcess node) =>
        proxy.TryGetCluster("nodes", out var cluster) && cluster.Destinations[node.Name].Health.Active == DestinationHealth.Healthy;
}
