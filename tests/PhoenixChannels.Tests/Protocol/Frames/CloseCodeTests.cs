using PhoenixChannels.Frames;

namespace PhoenixChannels.Tests.Protocol.Frames;

public class CloseCodeTests
{
    [Test]
    public void A_client_may_close_with_the_codes_for_the_wire_and_those_of_libraries_and_applications()
    {
        int[] defined = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011];
        Assert.That(Enumerable.Range(0, 65536).Where(CloseCode.IsValidFromClient), Is.EqualTo(defined.Concat(Enumerable.Range(3000, 65536 - 3000))));
    }
}
