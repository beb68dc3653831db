import { type ReactNode, useEffect, useSyncExternalStore } from 'react';
import { Button } from 'react-aria-components/Button';
import { Icon } from '../icons.tsx';
import type { Word } from '../words/en.ts';
import { useWords } from '../words/use-words.tsx';
import { nextPress, type Press } from './big-button.ts';
import { Captions } from './captions.tsx';
import { Composer } from './composer.tsx';
import type { Talk, TalkState } from './drive.ts';
import { Face } from './face.tsx';
import { LevelMeter } from './level-meter.tsx';
import { RedFlags } from './red-flags.tsx';

/** One conversation on a screen: what was said in the middle, who listens at the side, one button for what comes next. */
export function TalkView({
  talk,
  canStart,
  canHear,
  pushToTalk,
  keepDraft,
  practice = false,
  before,
  aside,
  onStart,
  onFinished,
}: {
  readonly talk: Talk;
  readonly canStart: boolean;
  /** The box hears the language that is chosen now. */
  readonly canHear: boolean;
  readonly pushToTalk: boolean;
  readonly keepDraft: boolean;
  /** Nobody is ill here: emergencies are shown, and not shouted. */
  readonly practice?: boolean;
  /** What is asked before a conversation begins. */
  readonly before: ReactNode;
  readonly aside: ReactNode;
  readonly onStart: (withMicrophone: boolean) => Promise<void>;
  readonly onFinished: () => void;
}) {
  const { say } = useWords();
  const state = useSyncExternalStore(talk.subscribe, talk.state);
  const { conversation, hearing } = state;
  const press = nextPress(conversation, {
    listening: hearing.listening,
    sounding: hearing.sounding,
    microphoneWorks: hearing.trouble === undefined || !hearing.listening,
  });
  const underway = conversation.link !== 'idle' && conversation.link !== 'ended';
  const holds = pushToTalk && hearing.listening && !hearing.sounding;

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && hearing.sounding) talk.stopReply();
      // The space bar is a letter where one writes, and a press where a button has the focus.
      const elsewhere = !(event.target as HTMLElement | null)?.closest('button, input, textarea, select, a, [role="dialog"]');
      if (event.code === 'Space' && holds && elsewhere) {
        event.preventDefault();
        talk.hold(event.type === 'keydown');
      }
    };
    addEventListener('keydown', onKey);
    addEventListener('keyup', onKey);
    return () => {
      removeEventListener('keydown', onKey);
      removeEventListener('keyup', onKey);
    };
  }, [talk, hearing.sounding, holds]);

  async function act(what: Press): Promise<void> {
    if (what === 'start') await onStart(true);
    else if (what === 'listen') await talk.listen();
    else if (what === 'stop-reply') talk.stopReply();
    else if (what === 'again') onFinished();
    else if (what === 'finish') await talk.finish();
  }
  /** The first words may be written: they begin the conversation, without a microphone. */
  async function send(text: string): Promise<boolean> {
    if (conversation.link === 'idle') {
      await onStart(false);
      await untilReady(talk);
    }
    return talk.type(text);
  }

  return (
    <div className="talk" data-link={conversation.link}>
      <RedFlags flags={conversation.redFlags} practice={practice} />
      <Notices state={state} onRead={() => talk.readFailure()} />
      <div className="stage">
        <div className="presence">
          <Face talk={talk} sounding={hearing.sounding} listening={hearing.listening && !hearing.sounding} />
          <div className="presence-words">
            <p className="now" role="status">
              {say(nowWord(state))}
            </p>
            <LevelMeter talk={talk} listening={hearing.listening} />
          </div>
          {underway && hearing.listening && (
            <Button className="button plain" onPress={() => talk.hush()} aria-label={say('talk.mute')}>
              <Icon name="microphone-off" />
              <span className="wide-only">{say('talk.mute')}</span>
            </Button>
          )}
          {underway && aside}
        </div>
        <div className="middle">
          {conversation.link === 'idle' ? <div className="before">{before}</div> : <Captions conversation={conversation} />}
          {conversation.link === 'ended' && (
            <p className="over" role="status">
              {say('talk.ended')}
            </p>
          )}
          <div className="actions">
            {holds ? (
              <Button
                className="button big hold"
                onPressStart={() => talk.hold(true)}
                onPressEnd={() => talk.hold(false)}
                onContextMenu={(event) => event.preventDefault()}
              >
                {({ isPressed }) => (
                  <>
                    <Icon name="microphone" />
                    {say(isPressed ? 'talk.holding' : 'talk.hold')}
                  </>
                )}
              </Button>
            ) : (
              <Button
                className={`button big ${press}`}
                isDisabled={press === 'start' && !canStart}
                isPending={press === 'connecting'}
                onPress={() => void act(press)}
              >
                <Icon name={press === 'start' && !canHear ? 'talk' : pressIcon[press]} />
                {say(press === 'start' && !canHear ? 'talk.begin' : pressWord[press])}
              </Button>
            )}
            {underway && (holds || press !== 'finish') && press !== 'connecting' && (
              <Button className="button" onPress={() => void talk.finish()}>
                {say('talk.finish')}
              </Button>
            )}
            {conversation.link !== 'ended' && (
              <Composer
                language={conversation.language}
                canSend={conversation.link === 'idle' ? canStart : conversation.link === 'ready' || conversation.link === 'text-only'}
                keepDraft={keepDraft}
                onSend={send}
              />
            )}
          </div>
        </div>
      </div>
    </div>
  );
}

const pressWord: Readonly<Record<Press, Word>> = {
  start: 'talk.start',
  connecting: 'talk.connecting',
  'stop-reply': 'talk.stop-reply',
  finish: 'talk.finish',
  listen: 'talk.listen',
  again: 'talk.again',
};
const pressIcon = {
  start: 'microphone',
  connecting: 'microphone',
  'stop-reply': 'stop',
  finish: 'done',
  listen: 'microphone',
  again: 'talk',
} as const satisfies Readonly<Record<Press, Parameters<typeof Icon>[0]['name']>>;

function nowWord({ conversation, hearing }: TalkState): Word {
  if (hearing.sounding) return 'talk.speaking';
  if (conversation.link === 'connecting') return 'talk.connecting';
  if (hearing.listening) return 'talk.listening';
  return conversation.link === 'ready' || conversation.link === 'text-only' ? 'talk.microphone-off' : 'talk.ready';
}

/** What a person has to know besides the words that were said: one line each, in the order of weight. */
function Notices({ state: { conversation, hearing }, onRead }: { readonly state: TalkState; readonly onRead: () => void }) {
  const { say } = useWords();
  const { link, failure, handover, hears } = conversation;
  return (
    <div className="notices" aria-live="polite">
      {handover && <p className="notice good">{say(handover === 'accepted' ? 'talk.handover-accepted' : 'talk.handover-requested')}</p>}
      {link === 'reconnecting' && <p className="notice look">{say('talk.reconnecting')}</p>}
      {hearing.unreachable && link !== 'reconnecting' && <p className="notice look">{say('app.unreachable')}</p>}
      {failure && (
        <p className="notice look">
          <span>{failure.message}</span>
          <Button className="button plain" onPress={onRead}>
            {say('app.close')}
          </Button>
        </p>
      )}
      {link === 'text-only' && <p className="notice look">{say('talk.text-only')}</p>}
      {link === 'ready' && !hears && !failure && <p className="notice look">{say('talk.text-only-language')}</p>}
      {hearing.trouble && link !== 'ended' && <p className="notice look">{say(`microphone.${hearing.trouble}`)}</p>}
    </div>
  );
}

/** Resolves when the conversation takes words, or will not. */
function untilReady(talk: Talk): Promise<void> {
  return new Promise((resolve) => {
    const isSettled = () => talk.state().conversation.link !== 'connecting';
    if (isSettled()) return resolve();
    const leave = talk.subscribe(() => {
      if (!isSettled()) return;
      leave();
      resolve();
    });
  });
}
