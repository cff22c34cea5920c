using System.Text;

namespace PhoenixChannels.Tests;

static class TextExtensions
{
    public static byte[] Utf8(this string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(this ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);

    public static string Text(this ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);

    public static string Text(this byte[] utf8) => Encoding.UTF8.GetString(utf8);

    public static string Repeat(this string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();
}
