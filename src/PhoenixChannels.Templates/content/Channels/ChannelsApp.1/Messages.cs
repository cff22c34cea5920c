namespace ChannelsApp._1;

/// <summary>The answer to a join.</summary>
sealed record Welcome(string Room);

/// <summary>What a client pushes as <c>new_msg</c>.</summary>
sealed record NewMessage(string Body);

/// <summary>What everybody in the room gets as <c>new_msg</c>.</summary>
sealed record PostedMessage(string From, string Body);

/// <summary>The answer to a <c>new_msg</c>: how many this client has sent since it joined.</summary>
sealed record Sent(int Count);

/// <summary>What presence tells of everybody.</summary>
sealed record OnlineSince(DateTimeOffset OnlineAt);
