using PhoenixChannels;

namespace ChannelsApp._1;

/// <summary>Who is in which room.</summary>
sealed class RoomPresence : Presence;
