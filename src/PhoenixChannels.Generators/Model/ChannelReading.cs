namespace PhoenixChannels.Generators.Model;

/// <summary>What one class is to the generator.</summary>
/// <param name="Model">What there is to generate, if there is anything.</param>
/// <param name="Complaints">What is wrong with the class.</param>
sealed record ChannelReading(ChannelModel? Model, EquatableArray<ComplaintModel> Complaints);
