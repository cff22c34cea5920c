using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;

namespace PhoenixChannels.Testing.Hosting;

internal sealed class ClassMapping<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TChannel>(string topicPattern) : ChannelMapping
    where TChannel : Channel
{
    public override Type ChannelType => typeof(TChannel);

    public override void AddTo<TSocket>(SocketEndpointConventionBuilder<TSocket> builder) => builder.MapChannel<TChannel>(topicPattern);
}
