using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace PhoenixChannels.Tests.Server;

/// <summary>A client of the long-poll transport.</summary>
internal sealed class LongPollClient(HttpClient http, string path = "/socket/longpoll") : IDisposable
{
    public LongPollClient(IPEndPoint server, string path = "/socket/longpoll")
        : this(new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All }) { BaseAddress = new Uri($"http://{server}"), Timeout = TestClient.Patience }, path)
    {
    }

    public string Token { get; set; } = "";

    public HttpRequestHeaders Headers => http.DefaultRequestHeaders;

    public async Task OpenAsync(string query = "vsn=2.0.0")
    {
        var answer = await GetAsync(query);
        Assert.That((answer.Status, answer.Messages.Count), Is.EqualTo((410, 0)), "a new session");
        Token = answer.Token!;
    }

    /// <summary>The answer to one poll.</summary>
    public Task<Answer> PollAsync(CancellationToken cancellationToken = default) => GetAsync("vsn=2.0.0&token=" + Uri.EscapeDataString(Token), cancellationToken);

    public async Task<Answer> GetAsync(string query, CancellationToken cancellationToken = default)
    {
        using var response = await http.GetAsync(new Uri($"{path}?{query}", UriKind.Relative), cancellationToken);
        return await Answer.ReadAsync(response);
    }

    public Task<Answer> SendAsync(params string[] lines) => PostAsync(string.Join('\n', lines));

    public async Task<Answer> PostAsync(string body, string? contentType = "application/x-ndjson")
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (contentType is not null) content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return await PostAsync(content);
    }

    public async Task<Answer> PostAsync(HttpContent content)
    {
        using var response = await http.PostAsync(new Uri($"{path}?token={Uri.EscapeDataString(Token)}", UriKind.Relative), content);
        return await Answer.ReadAsync(response);
    }

    public Task<HttpResponseMessage> RequestAsync(HttpRequestMessage request) => http.SendAsync(request);

    /// <summary>Polls until as many messages have come, and expects these.</summary>
    public async Task ExpectAsync(params string[] messages)
    {
        var got = new List<string>();
        while (got.Count < messages.Length)
        {
            var answer = await PollAsync();
            Assert.That(answer.Status, Is.EqualTo(200), "the poll's status");
            got.AddRange(answer.Messages);
        }

        Assert.That(got, Is.EqualTo(messages));
    }

    public async Task JoinAsync(string topic)
    {
        Assert.That((await SendAsync($"[\"1\",\"1\",\"{topic}\",\"phx_join\",{{}}]")).Status, Is.EqualTo(200));
        await ExpectAsync($$"""["1","1","{{topic}}","phx_reply",{"response":{},"status":"ok"}]""");
    }

    public void Dispose() => http.Dispose();

    /// <param name="Http">The status of HTTP.</param>
    /// <param name="Status">The status in the body; 0 when there is none.</param>
    public sealed record Answer(int Http, int Status, IReadOnlyList<string> Messages, string? Token)
    {
        public static async Task<Answer> ReadAsync(HttpResponseMessage response)
        {
            var body = await response.Content.ReadAsStringAsync();
            if (body.Length == 0) return new((int)response.StatusCode, 0, [], null);
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            List<string> messages = root.TryGetProperty("messages", out var list) ? [.. list.EnumerateArray().Select(message => message.GetString()!)] : [];
            return new((int)response.StatusCode, root.GetProperty("status").GetInt32(), messages, root.TryGetProperty("token", out var token) ? token.GetString() : null);
        }
    }
}
