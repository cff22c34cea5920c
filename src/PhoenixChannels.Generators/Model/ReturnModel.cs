namespace PhoenixChannels.Generators.Model;

/// <param name="Type">The value's type, for <see cref="Result.Value"/>.</param>
sealed record ReturnModel(Awaitable Awaitable, Result Result, string Type);
