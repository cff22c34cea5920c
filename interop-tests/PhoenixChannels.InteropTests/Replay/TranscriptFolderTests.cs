namespace PhoenixChannels.InteropTests.Replay;

internal sealed class TranscriptFolderTests
{
    [Test]
    public void The_folder_of_transcripts_is_not_empty_and_each_file_holds_the_transcript_of_its_name()
    {
        Assert.That(Transcript.Files, Is.Not.Empty);
        Assert.Multiple(() =>
        {
            foreach (var file in Transcript.Files)
                Assert.That(() => Transcript.Load(file).Name, Is.EqualTo(Path.GetFileNameWithoutExtension(file)), file);
        });
    }
}
