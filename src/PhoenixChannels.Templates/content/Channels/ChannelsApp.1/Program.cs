using ChannelsApp._1;

var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.UseChannelsTransport();
builder.UseChannelsThreadPoolGuard();
builder.Services.AddPhoenixChannels().AddPresence<RoomPresence>();

var app = builder.Build();
app.UseFileServer();
app.MapSocket<UserSocket>("/socket").MapChannel<RoomChannel>("room:*");
app.Run();
