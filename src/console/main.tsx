import './style/base.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { UploadsProvider } from './knowledge/use-uploads.tsx';
import { SessionProvider } from './session/use-session.tsx';
import { WordsProvider } from './words/use-words.tsx';

const place = document.querySelector('#console');
if (place)
  createRoot(place).render(
    <WordsProvider>
      <SessionProvider>
        <UploadsProvider>
          <App />
        </UploadsProvider>
      </SessionProvider>
    </WordsProvider>,
  );

// Only a secure address may keep a shell; elsewhere the browser has no place for it.
if ('serviceWorker' in navigator) void navigator.serviceWorker.register('/shell-worker.js').catch(() => {});
